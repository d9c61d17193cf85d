// Where the strings of a file are: eight to a group, each behind its length. The same as in _entries.py.
#pragma once

#include <utility>

#include "bytes.hpp"

namespace sendguard {

inline constexpr uint64_t kGroup = 8;
inline constexpr uint64_t kPlaceBytes = 5;

// Calls `read(at, length)` for the bytes of the section of strings that are needed, which throws if
// they are outside of it; returns the UTF-8 of a string of the group that begins at `at`.
template <typename Read>
std::pair<const uint8_t*, uint64_t> string_in_group(uint64_t at, uint64_t number, Read&& read) {
    for (uint64_t left = number % kGroup;; --left) {
        uint64_t length = 0;
        for (int shift = 0;; shift += 7) {
            const uint64_t byte = *read(at++, 1);
            length |= (byte & 127) << shift;
            if (byte < 128) break;
            if (shift >= 35) throw Damaged("has an entry of impossible length");
        }
        if (left == 0) return {read(at, length), length};
        at += length;
    }
}

inline uint64_t group_at(const uint8_t* place) { return load<uint32_t>(place) | uint64_t{place[4]} << 32; }

}  // namespace sendguard
