// Hashes of strings and of their deletion variants: the same numbers as in _keys.py.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sendguard {

using Codes = std::u32string_view;

inline constexpr uint64_t kBase = 0x9E3779B97F4A7C15;
inline constexpr uint64_t kLength = 0xC2B2AE3D27D4EB4F;
inline constexpr uint64_t kKind = 0x165667B19E3779F9;

enum Kind : uint64_t {
    kSeparated = 1, kWhole, kLeft, kLeftFirst, kLeftSecond, kWord, kWordFirst, kWordSecond, kPart,
    kFirstHalf, kSecondHalf, kAnyRight
};

inline constexpr size_t kLong = 96;
inline constexpr size_t kShortLeft = 7;
inline constexpr size_t kShortWord = 24;
inline constexpr size_t kParts = 5;

inline constexpr std::array<uint64_t, 128> kPowers = [] {
    std::array<uint64_t, 128> powers{1};
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * kBase;
    return powers;
}();

constexpr uint64_t mix(uint64_t value) {
    value ^= value >> 32;
    value *= 0xD6E8FEB86659FD93;
    value ^= value >> 32;
    value *= 0xD6E8FEB86659FD93;
    return value ^ value >> 32;
}

// Four at a time: otherwise each step waits for the product of the step before.
inline uint64_t plain_hash(Codes codes) {
    uint64_t value = 0;
    size_t at = 0;
    const auto term = [&](size_t i) { return uint64_t{codes[i]} + 1; };
    for (; at + 4 <= codes.size(); at += 4)
        value = value * kPowers[4] + (term(at) * kPowers[3] + term(at + 1) * kPowers[2] +
                                      term(at + 2) * kPowers[1] + term(at + 3));
    for (; at < codes.size(); ++at) value = value * kBase + term(at);
    return value;
}

// A hash with the length it belongs to.
struct Hash {
    uint64_t value = 0;
    uint64_t length = 0;
};

inline Hash hash_of(Codes codes) { return {plain_hash(codes), codes.size()}; }

// A right part, or an entry without a separator, as far as keys go: a hash, and the length in the
// lowest seven bits. Two of the same identity have the same keys, so that none of them is missed.
constexpr uint64_t word_identity(Hash hash) {
    return (mix(hash.value + hash.length * kLength) & ~uint64_t{127}) | (hash.length < 127 ? hash.length : 127);
}

// The identity of nothing: words are not that long.
inline constexpr uint64_t kNoWord = 127;

constexpr uint64_t word_length(uint64_t identity) { return identity & 127; }

// What a key is combined with: its kind, and for left parts the word they belong to.
constexpr uint64_t context(Kind kind, uint64_t identity = 0) { return mix(identity + kind * kKind); }

constexpr uint64_t key(uint64_t base, Hash hash) {
    return mix(base + hash.value + hash.length * kLength);
}

// How long the halves of a left part are. One code stands between them, so that no edit hits both.
constexpr size_t first_half(size_t length) { return length == 0 ? 0 : (length - 1) / 2; }
constexpr size_t second_half(size_t length) { return length / 2; }

// The keys of each half of a left part with the right part, and of a left part whatever the right part.
constexpr uint64_t first_half_key(Hash half, uint64_t right) { return key(context(kFirstHalf, right), half); }
constexpr uint64_t second_half_key(Hash half, uint64_t right) { return key(context(kSecondHalf, right), half); }
inline uint64_t any_right_key(Codes left) { return key(context(kAnyRight), hash_of(left)); }

// The three of them, under which few entries are as a rule.
inline std::array<uint64_t, 3> shared_keys(Codes left, uint64_t right) {
    const size_t first = first_half(left.size());
    return {first_half_key(hash_of(left.substr(0, first)), right),
            second_half_key(hash_of(left.substr(left.size() - second_half(left.size()))), right), any_right_key(left)};
}

// Calls `use` with the hash of the codes with each one in turn taken out; at most 127 codes.
template <typename Use>
void without_one(Codes codes, Use&& use) {
    const size_t size = codes.size();
    if (size == 0) return;
    // From one variant to the next, the code before the gap loses a power, and the next one is lost.
    const auto term = [&](size_t i) { return uint64_t{codes[i]} + 1; };
    uint64_t variant = plain_hash(codes.substr(1));
    for (size_t i = 0; i + 1 < size; ++i) {
        if (codes[i] != codes[i + 1]) use(Hash{variant, size - 1});
        variant += (term(i) - term(i + 1)) * kPowers[size - 2 - i];
    }
    use(Hash{variant, size - 1});
}

// The same with each two taken out.
template <typename Use>
void without_two(Codes codes, Use&& use) {
    const size_t size = codes.size();
    const auto term = [&](size_t i) { return uint64_t{codes[i]} + 1; };
    uint64_t later = size < 2 ? 0 : plain_hash(codes.substr(2));  // without the first and the j-th
    for (size_t j = 1; j < size; ++j) {
        if (j + 1 == size || codes[j] != codes[j + 1]) {
            uint64_t variant = later;
            for (size_t i = 0; i < j; ++i) {
                if (codes[i] != codes[i + 1] || i + 1 == j) use(Hash{variant, size - 2});
                if (i + 1 < j) variant += (term(i) - term(i + 1)) * kPowers[size - 3 - i];
            }
        }
        if (j + 1 < size) later += (term(j) - term(j + 1)) * kPowers[size - 2 - j];
    }
}

// The codes with up to two taken out, of which at most `longest` remain.
template <typename Use>
void up_to_two(Codes codes, size_t longest, Use&& use) {
    const size_t size = codes.size();
    if (size <= longest) use(hash_of(codes));
    if (size >= 1 && size <= longest + 1) without_one(codes, use);
    if (size >= 2 && size <= longest + 2) without_two(codes, use);
}

// Which of 32 classes of characters occur. One edit changes at most two of these bits.
inline uint32_t letters(Codes codes) {
    uint32_t found = 0;
    for (const char32_t code : codes) found |= 1u << (code & 31);
    return found;
}

// Calls `use` with (key, letters of the other half) for a half and each one in turn taken out.
template <typename Use>
void half_keys(uint64_t side, Codes half, Codes other, Use&& use) {
    const uint64_t base = key(side, {0, half.size()});
    const uint32_t mask = letters(other);
    without_one(half, [&](Hash hash) { use(key(base, hash), mask); });
}

inline uint64_t part_context(size_t number, size_t size) {
    return key(context(kPart), {number, size});
}

// The keys of the five parts of a long entry of these codes, or within the distance of them.
template <typename Use>
void part_keys(Codes codes, int distance, Use&& use) {
    std::vector<uint64_t> prefixes{0}, powers{1};
    prefixes.reserve(codes.size() + 1);
    powers.reserve(codes.size() + 1);
    for (const char32_t code : codes) {
        prefixes.push_back(prefixes.back() * kBase + code + 1);
        powers.push_back(powers.back() * kBase);
    }
    const size_t length = codes.size();
    const size_t reach = static_cast<size_t>(distance);
    size_t size = length > reach ? length - reach : 0;
    if (size <= kLong) size = kLong + 1;
    for (; size <= length + reach; ++size)
        for (size_t number = 0; number < kParts; ++number) {
            const size_t start = number * size / kParts, end = (number + 1) * size / kParts;
            const uint64_t base = part_context(number, size);
            for (size_t shifted = start; shifted <= start + 2 * reach; ++shifted) {
                if (shifted < reach || end - start > length || shifted - reach > length - (end - start))
                    continue;
                const size_t from = shifted - reach, to = from + (end - start);
                use(key(base, {prefixes[to] - prefixes[from] * powers[to - from], to - from}));
            }
        }
}

}  // namespace sendguard
