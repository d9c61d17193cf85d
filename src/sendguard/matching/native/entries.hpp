// Where the strings of a file are: four to a block, each behind its length. The same as in _entries.py.
#pragma once

#include <utility>

#include "bytes.hpp"

namespace sendguard {

inline constexpr uint64_t kGroup = 4;
inline constexpr uint64_t kPlaceBytes = 5;
inline constexpr uint64_t kBlockStep = 32;
inline constexpr uint64_t kMostInBlock = 4096;

// The sections of strings, and how many bytes a block has.
struct Strings {
    Section blocks, overflow;
    uint64_t size;

    bool fits(uint64_t entries) const {
        const uint64_t groups = entries / kGroup + (entries % kGroup != 0);
        return size >= kBlockStep && size <= kMostInBlock && entries <= 0xFFFFFFFF && blocks.length == groups * size;
    }

    // Where the block of a string begins in its section.
    uint64_t block(uint64_t number) const { return number / kGroup * size; }

    // A hint that a string will be read, which is behind those before it in its block.
    void prefetch(const MappedFile& file, uint64_t number) const {
        for (uint64_t at = 0; at * kGroup < (number % kGroup + 1) * size; at += kLine)
            file.prefetch(blocks, block(number) + at);
    }

    // Calls `read(section, at, length)` for the bytes that are needed, which throws if they are outside
    // of the section; returns the UTF-8 of a string.
    template <typename Read>
    std::pair<const uint8_t*, uint64_t> get(uint64_t number, Read&& read) const {
        uint64_t at = block(number);
        const Section* section = &blocks;
        if (*read(blocks, at++, 1) != 0) {
            const uint8_t* const place = read(blocks, at, kPlaceBytes);
            at = load<uint32_t>(place) | uint64_t{place[4]} << 32;
            section = &overflow;
        }
        for (uint64_t left = number % kGroup;; --left) {
            uint64_t length = 0;
            for (int shift = 0;; shift += 7) {
                const uint64_t byte = *read(*section, at++, 1);
                length |= (byte & 127) << shift;
                if (byte < 128) break;
                if (shift >= 35) throw Damaged("has an entry of impossible length");
            }
            if (left == 0) return {read(*section, at, length), length};
            at += length;
        }
    }
};

}  // namespace sendguard
