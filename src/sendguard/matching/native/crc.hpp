// CRC-32 of one block, as in zlib.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SENDGUARD_CARRYLESS 1
#endif

namespace sendguard {

template <typename T>
inline T load(const uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

class BlockCrc32 {
public:
    static constexpr size_t kBlock = 4096;

    constexpr BlockCrc32() : tables_(), half_later_() {
        for (uint32_t byte = 0; byte < 256; ++byte) {
            uint32_t value = byte;
            for (int bit = 0; bit < 8; ++bit) value = times_x(value);
            tables_[0][byte] = value;
        }
        for (size_t table = 1; table < 8; ++table)
            for (size_t byte = 0; byte < 256; ++byte) {
                const uint32_t before = tables_[table - 1][byte];
                tables_[table][byte] = before >> 8 ^ tables_[0][before & 255];
            }
        for (size_t bit = 0; bit < 32; ++bit) {
            uint32_t value = 1u << bit;
            for (size_t zero = 0; zero < kBlock / 2; ++zero) value = value >> 8 ^ tables_[0][value & 255];
            half_later_[bit] = value;
        }
    }

    uint32_t operator()(const uint8_t* block) const {
#if defined(SENDGUARD_CARRYLESS)
        if (__builtin_cpu_supports("pclmul")) return by_folding(block);
#endif
        return by_tables(block);
    }

    // Each step waits for the table look-ups of the step before, so the two halves of a block go side by
    // side, and are put together at the end.
    uint32_t by_tables(const uint8_t* block) const {
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
    // Polynomials over GF(2) have their highest power in the lowest bit.
    static constexpr uint32_t times_x(uint32_t value) { return value >> 1 ^ (value & 1 ? 0xEDB88320u : 0); }

#if defined(SENDGUARD_CARRYLESS)
    // x to a power, modulo the CRC's polynomial, one place higher, as a carry-less product wants it.
    static constexpr int64_t power(int exponent) {
        uint32_t value = 1u << 31;
        for (; exponent != 0; --exponent) value = times_x(value);
        return int64_t{value} << 1;
    }

    // Sixteen bytes carried over what lies before `next`, and added to it.
    __attribute__((target("pclmul"))) static __m128i fold(__m128i sum, __m128i over, const uint8_t* next) {
        const __m128i low = _mm_clmulepi64_si128(sum, over, 0x00), high = _mm_clmulepi64_si128(sum, over, 0x11);
        return _mm_xor_si128(_mm_xor_si128(low, high), _mm_loadu_si128(reinterpret_cast<const __m128i*>(next)));
    }

    // Four sums of sixteen bytes go side by side; each is carried over 64 bytes by two products (Gopal and
    // others: Fast CRC computation for generic polynomials using PCLMULQDQ, 2009).
    __attribute__((target("pclmul"))) uint32_t by_folding(const uint8_t* block) const {
        const __m128i over_64 = _mm_set_epi64x(power(512 - 32), power(512 + 32));
        const __m128i over_16 = _mm_set_epi64x(power(128 - 32), power(128 + 32));
        __m128i sums[4];
        std::memcpy(sums, block, sizeof sums);
        sums[0] = _mm_xor_si128(sums[0], _mm_cvtsi32_si128(-1));
        for (size_t at = 64; at < kBlock; at += 64)
            for (size_t i = 0; i < 4; ++i) sums[i] = fold(sums[i], over_64, block + at + 16 * i);
        std::array<uint8_t, 16> last;
        for (size_t i = 0; i < 3; ++i) {
            std::memcpy(last.data(), &sums[i + 1], sizeof last);
            sums[i + 1] = fold(sums[i], over_16, last.data());
        }
        std::memcpy(last.data(), &sums[3], sizeof last);
        return ~step(step(0, last.data()), last.data() + 8);
    }
#endif

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

}  // namespace sendguard
