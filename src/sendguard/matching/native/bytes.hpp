// A mapped file as the native reader sees it. Every read is checked against its section, and each
// block against its CRC-32 when it is first read: the same rules as in _file.py.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "crc.hpp"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The native reader is for little-endian machines; pure Python serves the others."
#endif

namespace sendguard {

// A line of the processor's cache.
inline constexpr uint64_t kLine = 64;

// What is wrong with a file; becomes an IndexFileError.
struct Damaged : std::runtime_error {
    using std::runtime_error::runtime_error;
};

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
            for (uint64_t block = begin / kBlock; block <= last; ++block) check(block);
        }
        return data_ + begin;
    }

    // An aligned number of eight bytes within a section, after the same checks.
    uint64_t word(const Section& section, uint64_t number) const {
        if (number >= section.length / 8) outside();
        const uint64_t begin = section.offset + number * 8;
        check(begin / kBlock);
        return load<uint64_t>(data_ + begin);
    }

    // The bytes at a place of the file within one block, of which the caller knows that it is in range.
    const uint8_t* within_block(uint64_t at) const {
        check(at / kBlock);
        return data_ + at;
    }

    // A hint; an address that is out of range is harmless.
    void prefetch(const Section& section, uint64_t at) const {
        if (at < section.length) prefetch(section.offset + at);
    }

    // The same for a place of the file that is in range.
    void prefetch(uint64_t at) const {
#if defined(__GNUC__)
        __builtin_prefetch(data_ + at);
#else
        (void)at;
#endif
    }

private:
    [[noreturn]] static void outside() { throw Damaged("points outside of one of its sections"); }

    // One bit a block, zero at first. calloc leaves the pages of a huge file's flags untouched.
    struct Free {
        void operator()(std::atomic<uint64_t>* flags) const { std::free(flags); }
    };
    using Flags = std::unique_ptr<std::atomic<uint64_t>[], Free>;

    static Flags new_flags(uint64_t size, uint64_t blocks_end) {
        const uint64_t blocks = blocks_end / kBlock;
        if (blocks_end % kBlock != 0 || blocks_end > size || size - blocks_end < blocks * 4)
            throw Damaged("has no room for its checksums");
        static_assert(sizeof(std::atomic<uint64_t>) == 8);
        void* flags = std::calloc(blocks / 64 + 1, 8);
        if (flags == nullptr) throw std::bad_alloc();
        return Flags(static_cast<std::atomic<uint64_t>*>(flags));
    }

    void check(uint64_t block) const {
        if (!(verified_[block / 64].load(std::memory_order_acquire) >> block % 64 & 1)) verify(block);
    }

#if defined(__GNUC__)
    [[gnu::noinline, gnu::cold]]
#endif
    void verify(uint64_t block) const {
        const uint32_t expected = load<uint32_t>(data_ + blocks_end_ + block * 4);
        if (block_crc32(data_ + block * kBlock) != expected)
            throw Damaged("is damaged between bytes " + std::to_string(block * kBlock) + " and " +
                          std::to_string((block + 1) * kBlock));
        verified_[block / 64].fetch_or(uint64_t{1} << block % 64, std::memory_order_release);
    }

    const uint8_t* data_;
    uint64_t blocks_end_;
    Flags verified_;
};

}  // namespace sendguard
