// One table of a mapped file, from keys to ids: the same lines as in _tables.py.
#pragma once

#include "bytes.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sendguard {

inline constexpr uint32_t kPlacesInLine = 16;
inline constexpr uint64_t kUsualInLine = 9;
inline constexpr uint32_t kMostOfOneKey = 4;
inline constexpr uint32_t kNoPosting = 0xFFFFFFFF;

// The low bits of a posting that say which of so many ids it is. No id has all of them set.
constexpr uint32_t id_mask(uint64_t ids) {
    uint32_t mask = 0;
    while (mask < ids && mask != 0xFFFFFFFF) mask = mask << 1 | 1;
    return mask;
}

constexpr uint64_t line_of(uint64_t key, uint64_t lines) { return (key >> 32) * lines >> 32; }

// Without an instruction for it, which not every processor has, a call of a function would do it.
constexpr int count_bits(uint32_t value) {
    value -= value >> 1 & 0x55555555;
    value = (value & 0x33333333) + (value >> 2 & 0x33333333);
    return static_cast<int>(((value + (value >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24);
}

inline uint32_t lowest_bit(uint32_t value) {
#if defined(__GNUC__)
    return static_cast<uint32_t>(__builtin_ctz(value));
#else
    uint32_t place = 0;
    while (!(value >> place & 1)) ++place;
    return place;
#endif
}

class Table {
public:
    // `ids` is how many ids there are to file.
    Table(const MappedFile& file, Section lines, Section crowded, uint64_t ids, bool masked)
        : file_(&file),
          begin_(lines.offset),
          crowded_(crowded),
          count_(lines.length / kLine),
          id_mask_(id_mask(ids)),
          masked_(masked) {
        if (ids > 0xFFFFFFFF || lines.length % kLine != 0 || lines.offset % kLine != 0 || count_ < 1 || count_ > 0xFFFFFFFF)
            throw Damaged("has a table of impossible size");
    }

    // Where in the file the line of a key is, and a hint that it is wanted soon.
    uint64_t line(uint64_t key) const {
        const uint64_t at = begin_ + line_of(key, count_) * kLine;
        file_->prefetch(at);
        return at;
    }

    // Calls `use` with each id filed under a key, and a few of others. If the line is crowded, `later`
    // is called instead, with what `crowded` needs to know.
    template <typename Use, typename Later>
    void scan(uint64_t line, uint32_t low, Use&& use, Later&& later) const {
        const uint8_t* const places = file_->within_block(line);
        if (load<uint32_t>(places) == kNoPosting) {
            const uint32_t unit = load<uint32_t>(places + 4), size = load<uint32_t>(places + 8);
            if (unit == kNoPosting) return;
            for (uint64_t ahead = 0; ahead < 3; ++ahead)
                file_->prefetch(crowded_, (unit + ahead) * kLine);
            return later(unit, size);
        }
        for (uint32_t equal = equal_tags(places, low); equal != 0; equal &= equal - 1) {
            const uint32_t posting = load<uint32_t>(places + 4 * lowest_bit(equal));
            if (posting != kNoPosting) use(posting & id_mask_);
        }
    }

    // The same for a crowded line: ids whose letters differ in at most so many bits from the mask.
    template <typename Use>
    void scan_crowded(uint64_t unit, uint64_t size, uint32_t low, uint32_t mask, int most, Use&& use) const {
        const uint8_t* const lows = file_->read(crowded_, unit * kLine, size * (masked_ ? 12 : 8));
        const uint8_t* const ids = lows + size * 4;
        const uint8_t* const masks = ids + size * 4;
        uint64_t first = 0;
        for (uint64_t left = size; left != 0;) {
            const uint64_t half = left / 2;
            if (load<uint32_t>(lows + 4 * (first + half)) < low) {
                first += half + 1;
                left -= half + 1;
            } else {
                left = half;
            }
        }
        for (; first < size && load<uint32_t>(lows + 4 * first) == low; ++first)
            if (!masked_ || count_bits(load<uint32_t>(masks + 4 * first) ^ mask) <= most)
                use(load<uint32_t>(ids + 4 * first));
    }

private:
    // Bit n is set if the n-th posting of a line has the same tag as a key.
    uint32_t equal_tags(const uint8_t* places, uint32_t low) const {
        const uint32_t tag_mask = ~id_mask_;
#if defined(__SSE2__)
        const __m128i mask = _mm_set1_epi32(static_cast<int>(tag_mask));
        const __m128i wanted = _mm_set1_epi32(static_cast<int>(low & tag_mask));
        const auto four = [&](size_t number) {
            const __m128i found = _mm_loadu_si128(reinterpret_cast<const __m128i*>(places) + number);
            return _mm_cmpeq_epi32(_mm_and_si128(found, mask), wanted);
        };
        const __m128i first = _mm_packs_epi32(four(0), four(1)), second = _mm_packs_epi32(four(2), four(3));
        return static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(first, second)));
#else
        uint32_t equal = 0;
        for (uint32_t place = 0; place < kPlacesInLine; ++place)
            equal |= uint32_t{((load<uint32_t>(places + 4 * place) ^ low) & tag_mask) == 0} << place;
        return equal;
#endif
    }

    const MappedFile* file_;
    uint64_t begin_;
    Section crowded_;
    uint64_t count_;
    uint32_t id_mask_;
    bool masked_;
};

}  // namespace sendguard
