// The OSA distance up to a limit of one or two: the same answers as _distance.py.
#pragma once

#include <algorithm>
#include <array>

#include "keys.hpp"

namespace sendguard {

inline int banded_distance(Codes a, Codes b, int limit) {
    // Cell (i, j) of the usual table is at place j - i + limit + 1 of row i; the borders are far.
    const int far = limit + 1, width = 2 * limit + 3;
    std::array<int, 7> before, row, next;
    before.fill(far);
    row.fill(far);
    const ptrdiff_t rows = static_cast<ptrdiff_t>(a.size()), columns = static_cast<ptrdiff_t>(b.size());
    for (ptrdiff_t j = 0; j <= std::min<ptrdiff_t>(columns, limit); ++j)
        row[static_cast<size_t>(j + limit + 1)] = static_cast<int>(j);
    for (ptrdiff_t i = 1; i <= rows; ++i) {
        next.fill(far);
        int nearest = far;
        for (int place = 1; place < width - 1; ++place) {
            const ptrdiff_t j = i + place - limit - 1;
            if (j < 0 || j > columns) continue;
            const size_t at = static_cast<size_t>(place);
            int best = row[at + 1] + 1;
            if (j > 0) {
                const size_t ai = static_cast<size_t>(i), bj = static_cast<size_t>(j);
                best = std::min({best, next[at - 1] + 1, row[at] + (a[ai - 1] != b[bj - 1])});
                if (i > 1 && j > 1 && a[ai - 2] == b[bj - 1] && a[ai - 1] == b[bj - 2])
                    best = std::min(best, before[at] + 1);
            }
            next[at] = std::min(best, far);
            nearest = std::min(nearest, next[at]);
        }
        // A swap reaches over one row, so two rows must be far before nothing can come near again.
        if (nearest == far && *std::min_element(row.begin(), row.end()) == far) return far;
        before = row;
        row = next;
    }
    return row[static_cast<size_t>(columns - rows + limit + 1)];
}

inline int bounded_distance(Codes a, Codes b, int limit) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > static_cast<size_t>(limit)) return limit + 1;
    size_t start = 0;
    while (start < a.size() && a[start] == b[start]) ++start;
    a.remove_prefix(start);
    b.remove_prefix(start);
    while (!a.empty() && a.back() == b.back()) {
        a.remove_suffix(1);
        b.remove_suffix(1);
    }
    if (b.size() <= 1 || limit == 0) return static_cast<int>(std::min<size_t>(b.size(), 1));
    if (a.empty()) return std::min(static_cast<int>(b.size()), limit + 1);
    if (limit == 1) {
        const bool swapped = a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
        return swapped ? 1 : 2;
    }
    return banded_distance(a, b, limit);
}

}  // namespace sendguard
