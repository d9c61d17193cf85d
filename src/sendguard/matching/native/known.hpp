// The filters that tell which right parts no entry has, and under which keys many entries would be:
// the same bits as in _known.py.
#pragma once

#include "bytes.hpp"
#include "sorter.hpp"

namespace sendguard {

inline constexpr uint64_t kKeysInCell = 5;
inline constexpr uint64_t kMostCells = 1 << 24;

// The bits that one sets, and in which of so many cells.
constexpr uint64_t known_bits(uint64_t key) {
    uint64_t bits = 0;
    for (int shift = 8; shift < 32; shift += 6) bits |= uint64_t{1} << (key >> shift & 63);
    return bits;
}

constexpr uint64_t known_cell(uint64_t key, uint64_t cells) { return (key >> 32) * cells >> 32; }

// A filter that is being built.
class KeyFilter {
public:
    KeyFilter() = default;

    // Of so many keys, which are in a file.
    KeyFilter(const std::string& keys, uint64_t count) : cells_(std::min(count / kKeysInCell + 1, kMostCells)) {
        File in(keys, "rb");
        uint64_t found = 0;
        while (in.read(&found, sizeof found) == sizeof found)
            cells_[known_cell(found, cells_.size())] |= known_bits(found);
    }

    bool has(uint64_t key) const {
        const uint64_t bits = known_bits(key);
        return (cells_[known_cell(key, cells_.size())] & bits) == bits;
    }

    void write(const std::string& path) const {
        File out(path, "wbx");
        out.write(cells_.data(), cells_.size() * sizeof cells_[0]);
        out.close();
    }

private:
    std::vector<uint64_t> cells_;
};

// A filter in a mapped file.
class MappedFilter {
public:
    MappedFilter(const MappedFile& file, Section section, const char* name)
        : file_(&file), section_(section), cells_(section.length / 8) {
        if (section.length % 8 != 0 || cells_ < 1 || cells_ > kMostCells)
            throw Damaged(std::string("has a section '") + name + "' of impossible size");
    }

    // A hint that it will be asked for.
    void prefetch(uint64_t key) const { file_->prefetch(section_, known_cell(key, cells_) * 8); }

    // Whether a key may be in it; false is certain.
    bool has(uint64_t key) const {
        const uint64_t bits = known_bits(key);
        return (file_->word(section_, known_cell(key, cells_)) & bits) == bits;
    }

private:
    const MappedFile* file_;
    Section section_;
    uint64_t cells_;
};

}  // namespace sendguard
