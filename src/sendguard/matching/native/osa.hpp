// The OSA distance up to a limit of one or two: the same answers as _distance.py.
#pragma once

#include <string_view>

#include "bytes.hpp"

namespace sendguard {

// What is left when the equal ends are taken off.
template <typename Char>
void take_equal_ends_off(std::basic_string_view<Char>& a, std::basic_string_view<Char>& b) {
    constexpr size_t kEight = 8 / sizeof(Char);
    const auto eight = [](const Char* at) { return load<uint64_t>(reinterpret_cast<const uint8_t*>(at)); };
    const size_t shorter = a.size() < b.size() ? a.size() : b.size();
    size_t start = 0;
    while (start + kEight <= shorter && eight(a.data() + start) == eight(b.data() + start)) start += kEight;
    while (start < shorter && a[start] == b[start]) ++start;
    a.remove_prefix(start);
    b.remove_prefix(start);
    const size_t rest = shorter - start;
    const Char *a_end = a.data() + a.size(), *b_end = b.data() + b.size();
    size_t end = 0;
    while (end + kEight <= rest && eight(a_end - end - kEight) == eight(b_end - end - kEight)) end += kEight;
    while (end < rest && *(a_end - end - 1) == *(b_end - end - 1)) ++end;
    a.remove_suffix(end);
    b.remove_suffix(end);
}

// At most `limit`, or limit + 1. What the strings begin with in common is cut off, so that the first
// place needs an edit: each of the four that there are is tried, and what is behind it must be nearer.
template <typename Char>
int bounded_distance(std::basic_string_view<Char> a, std::basic_string_view<Char> b, int limit) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > static_cast<size_t>(limit)) return limit + 1;
    take_equal_ends_off(a, b);
    if (b.size() <= 1) return static_cast<int>(b.size());
    if (limit == 0) return 1;
    if (a.empty()) return b.size() <= static_cast<size_t>(limit) ? static_cast<int>(b.size()) : limit + 1;
    const bool swapped = a.size() >= 2 && a[0] == b[1] && a[1] == b[0];
    if (swapped && a.size() == 2 && b.size() == 2) return 1;
    if (limit == 1) return 2;
    const bool within = bounded_distance(a.substr(1), b.substr(1), 1) <= 1 ||
                        bounded_distance(a, b.substr(1), 1) <= 1 ||
                        bounded_distance(a.substr(1), b, 1) <= 1 ||
                        (swapped && bounded_distance(a.substr(2), b.substr(2), 1) <= 1);
    return within ? 2 : 3;
}

}  // namespace sendguard
