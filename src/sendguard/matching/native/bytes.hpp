// A mapped file as the native reader sees it. Every read is checked against its section, and each
// block against its CRC-32 when it is first read: the same rules as in _file.py.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The native reader is for little-endian machines; pure Python serves the others."
#endif

namespace sendguard {

// What is wrong with a file; becomes an IndexFileError.
struct Damaged : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <typename T>
inline T load(const uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

// CRC-32 of one block, as in zlib. Each step waits for the table look-ups of the step before, so the two
// halves of a block go side by side, and are put together at the end.
class BlockCrc32 {
public:
    static constexpr size_t kBlock = 4096;

    constexpr BlockCrc32() : tables_(), half_later_() {
        for (uint32_t byte = 0; byte < 256; ++byte) {
            uint32_t value = byte;
            for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0);
            tables_[0][byte] = value;
        }
        for (size_t table = 1; table < 8; ++table)
            for (size_t byte = 0; byte < 256; ++byte) {
                const uint32_t before = tables_[table - 1][byte];
                tables_[table][byte] = before >> 8 ^ tables_[0][before & 255];
            }
        for (size_t bit = 0; bit < 32; ++bit) {
            uint32_t value = 1u << bit;
            for (size_t zero = 0; zero < kBlock / 2; ++zero)
                value = value >> 8 ^ tables_[0][value & 255];
            half_later_[bit] = value;
        }
    }

    uint32_t operator()(const uint8_t* block) const {
        uint32_t first = ~0u, second = ~0u;
        for (size_t at = 0; at < kBlock / 2; at += 8) {
            first = step(first, block + at);
            second = step(second, block + kBlock / 2 + at);
        }
        // A CRC is linear: the first half's is carried over half a block of zeros bit by bit.
        uint32_t whole = ~second;
        for (size_t bit = 0; bit < 32; ++bit)
            if (~first >> bit & 1) whole ^= half_later_[bit];
        return whole;
    }

private:
    uint32_t step(uint32_t crc, const uint8_t* data) const {
        const uint64_t word = load<uint64_t>(data) ^ crc;
        uint32_t next = 0;
        for (size_t byte = 0; byte < 8; ++byte) next ^= tables_[7 - byte][word >> (8 * byte) & 255];
        return next;
    }

    std::array<std::array<uint32_t, 256>, 8> tables_;
    std::array<uint32_t, 32> half_later_;
};

inline constexpr BlockCrc32 block_crc32{};

struct Section {
    uint64_t offset = 0;
    uint64_t length = 0;
};

class MappedFile {
public:
    static constexpr uint64_t kBlock = BlockCrc32::kBlock;

    MappedFile(const uint8_t* data, uint64_t size, uint64_t blocks_end)
        : data_(data), blocks_end_(blocks_end), verified_(new_flags(size, blocks_end)) {}

    // A section that the Python side has read from the header, checked once more.
    Section section(uint64_t offset, uint64_t length) const {
        if (offset > blocks_end_ || length > blocks_end_ - offset)
            throw Damaged("has a section that lies outside of it");
        return {offset, length};
    }

    // `length` bytes at `at` within a section, after all checks.
    const uint8_t* read(const Section& section, uint64_t at, uint64_t length) const {
        if (at > section.length || length > section.length - at)
            outside();
        const uint64_t begin = section.offset + at;
        if (length != 0) {
            const uint64_t last = (begin + length - 1) / kBlock;
            for (uint64_t block = begin / kBlock; block <= last; ++block)
                if (!verified_[block].load(std::memory_order_acquire)) verify(block);
        }
        return data_ + begin;
    }

    // An aligned number of eight bytes within a section, after the same checks.
    uint64_t word(const Section& section, uint64_t number) const {
        if (number >= section.length / 8) outside();
        const uint64_t begin = section.offset + number * 8;
        if (!verified_[begin / kBlock].load(std::memory_order_acquire)) verify(begin / kBlock);
        return load<uint64_t>(data_ + begin);
    }

    // A hint; an address that is out of range is harmless.
    void prefetch(const Section& section, uint64_t at) const {
#if defined(__GNUC__)
        if (at < section.length) __builtin_prefetch(data_ + section.offset + at);
#else
        (void)section, (void)at;
#endif
    }

private:
    [[noreturn]] static void outside() { throw Damaged("points outside of one of its sections"); }

    // One flag a block, zero at first. calloc leaves the pages of a huge file's flags untouched.
    struct Free {
        void operator()(std::atomic<uint8_t>* flags) const { std::free(flags); }
    };
    using Flags = std::unique_ptr<std::atomic<uint8_t>[], Free>;

    static Flags new_flags(uint64_t size, uint64_t blocks_end) {
        const uint64_t blocks = blocks_end / kBlock;
        if (blocks_end % kBlock != 0 || blocks_end > size || size - blocks_end < blocks * 4)
            throw Damaged("has no room for its checksums");
        static_assert(sizeof(std::atomic<uint8_t>) == 1);
        void* flags = std::calloc(blocks ? blocks : 1, 1);
        if (flags == nullptr) throw std::bad_alloc();
        return Flags(static_cast<std::atomic<uint8_t>*>(flags));
    }

#if defined(__GNUC__)
    [[gnu::noinline, gnu::cold]]
#endif
    void verify(uint64_t block) const {
        const uint32_t expected = load<uint32_t>(data_ + blocks_end_ + block * 4);
        if (block_crc32(data_ + block * kBlock) != expected)
            throw Damaged("is damaged between bytes " + std::to_string(block * kBlock) + " and " +
                          std::to_string((block + 1) * kBlock));
        verified_[block].store(1, std::memory_order_release);
    }

    const uint8_t* data_;
    uint64_t blocks_end_;
    Flags verified_;
};

}  // namespace sendguard
