// The filters that tell that no entry has a certain part: the same bits as in _known.py.
#pragma once

#include "bytes.hpp"
#include "sorter.hpp"

namespace sendguard {

inline constexpr uint64_t kRightsInCell = 5;
inline constexpr uint64_t kLeftsInCell = 8;
inline constexpr uint64_t kMostCells = 1 << 24;

// The bits that a part sets, and in which of so many cells.
constexpr uint64_t known_bits(uint64_t identity) {
    uint64_t bits = 0;
    for (int shift = 8; shift < 32; shift += 6) bits |= uint64_t{1} << (identity >> shift & 63);
    return bits;
}

constexpr uint64_t known_cell(uint64_t identity, uint64_t cells) { return (identity >> 32) * cells >> 32; }

// Writes the filter of so many identities, which are in a file, with so many of them in a cell.
inline void write_known(const std::string& identities, uint64_t count, uint64_t in_cell, const std::string& path) {
    std::vector<uint64_t> cells(std::min(count / in_cell + 1, kMostCells));
    File in(identities, "rb"), out(path, "wbx");
    uint64_t identity = 0;
    while (in.read(&identity, sizeof identity) == sizeof identity)
        cells[known_cell(identity, cells.size())] |= known_bits(identity);
    out.write(cells.data(), cells.size() * sizeof identity);
    out.close();
}

class KnownParts {
public:
    KnownParts(const MappedFile& file, Section section, const char* name)
        : file_(&file), section_(section), cells_(section.length / 8) {
        if (section.length % 8 != 0 || cells_ < 1 || cells_ > kMostCells)
            throw Damaged(std::string("has a section '") + name + "' of impossible size");
    }

    // A hint that it will be asked for.
    void prefetch(uint64_t identity) const { file_->prefetch(section_, known_cell(identity, cells_) * 8); }

    // Whether an entry may have a part; false is certain.
    bool has(uint64_t identity) const {
        const uint64_t bits = known_bits(identity);
        return (file_->word(section_, known_cell(identity, cells_)) & bits) == bits;
    }

private:
    const MappedFile* file_;
    Section section_;
    uint64_t cells_;
};

}  // namespace sendguard
