// Files entries and words under their keys: the same postings as _filer.py and _neighbourhood.py.
#pragma once

#include <unordered_set>

#include "sorter.hpp"
#include "utf8.hpp"

namespace sendguard {

inline constexpr size_t kMany = 31;
inline constexpr uint64_t kOffsetBytes = 5;

// The part behind the last separator, or everything if there is none.
inline Codes right_part(Codes entry, char32_t separator, bool separated) {
    const size_t at = separated ? entry.rfind(separator) : Codes::npos;
    return at == Codes::npos ? entry : entry.substr(at + 1);
}

class Filer {
public:
    // `separator` is its code point plus one, or 0 for none.
    Filer(const std::string& folder, uint32_t separator, int distance, size_t run)
        : separated_(separator != 0),
          separator_(separator - 1),
          distance_(distance),
          entries_(folder + "/entries", run),
          words_(folder + "/words", run),
          halves_(folder + "/halves", run),
          rights_(folder + "/rights", run) {}

    void file(Codes entry, uint32_t owner) {
        longest_ = std::max<uint64_t>(longest_, entry.size());
        keys_.clear();
        if (entry.size() > kLong) {
            ++long_;
            part_keys(entry, 0, [&](uint64_t found) { keys_.push_back(found); });
            return take(entries_, owner);
        }
        const size_t at = separated_ ? entry.rfind(separator_) : Codes::npos;
        const Codes right = right_part(entry, separator_, separated_);
        remember(right, owner);
        if (at == Codes::npos) {
            ++whole_;
            counts_ |= 1;
            keys_.push_back(key(context(kWhole, hash_of(right)), {}));
            return take(entries_, owner);
        }
        counts_ |= uint64_t{1} << std::min<size_t>(kMany, separators(entry));
        file_left(entry.substr(0, at), hash_of(right), owner);
    }

    // Files each distinct right part once, reading the strings back from the file being built, where
    // they begin at `strings` and their ends at `offsets`.
    void file_words(const uint8_t* file, uint64_t size, uint64_t strings, uint64_t offsets) {
        std::vector<std::u32string> group;
        uint64_t last = 0;
        std::u32string entry;
        rights_.merged([&](const Posting& posting) {
            if (posting.key != last) group.clear();
            last = posting.key;
            const uint8_t* const at = file + offsets + posting.owner * kOffsetBytes;
            if (at + 2 * kOffsetBytes > file + size) throw Damaged("was changed while it was built");
            const uint64_t begin = load<uint64_t>(at) & 0xFFFFFFFFFF;
            const uint64_t end = load<uint64_t>(at + 2) >> 24;
            if (begin > end || end > size - strings) throw Damaged("was changed while it was built");
            entry.clear();
            decode_utf8(file + strings + begin, end - begin, entry);
            const std::u32string word(right_part(entry, separator_, separated_));
            if (std::find(group.begin(), group.end(), word) != group.end()) return;
            group.push_back(word);
            file_word(word, posting.owner);
        });
    }

    uint64_t write(const std::string& table, const std::string& starts, const std::string& postings) {
        Sorter& sorter = table == "entries" ? entries_ : table == "words" ? words_ : halves_;
        if (sorter.count() <= 0xFFFFFFFF) sorter.write(starts, postings, table == "halves");
        return sorter.count();
    }

    std::array<uint64_t, 4> seen() const { return {counts_, whole_, long_, longest_}; }

private:
    size_t separators(Codes entry) const {
        return static_cast<size_t>(std::count(entry.begin(), entry.end(), separator_));
    }

    void one_keys(uint64_t base, Codes codes) {
        keys_.push_back(key(base, hash_of(codes)));
        without_one(codes, [&](Hash hash) { keys_.push_back(key(base, hash)); });
    }

    void file_left(Codes left, Hash right, uint32_t owner) {
        one_keys(context(kSeparated, right), left);
        if (distance_ == 2) {
            if (left.size() <= kShortLeft) {
                const uint64_t base = context(kLeft, right);
                up_to_two(left, kShortLeft, [&](Hash hash) { keys_.push_back(key(base, hash)); });
            } else {
                file_halves(context(kLeftFirst, right), context(kLeftSecond, right), left, owner);
            }
        }
        take(entries_, owner);
    }

    void file_word(Codes word, uint32_t owner) {
        keys_.clear();
        const uint64_t base = context(kWord);
        if (distance_ == 2 && word.size() <= kShortWord) {
            up_to_two(word, kShortWord, [&](Hash hash) { keys_.push_back(key(base, hash)); });
        } else {
            one_keys(base, word);
            if (distance_ == 2) file_halves(context(kWordFirst), context(kWordSecond), word, owner);
        }
        take(words_, owner);
    }

    void file_halves(uint64_t first, uint64_t second, Codes codes, uint32_t owner) {
        half_keys_.clear();
        half_keys(first, second, codes, codes.size(),
                  [&](uint64_t found, uint16_t mask) { half_keys_.emplace_back(found, mask); });
        std::sort(half_keys_.begin(), half_keys_.end());
        half_keys_.erase(std::unique(half_keys_.begin(), half_keys_.end()), half_keys_.end());
        for (const auto& [found, mask] : half_keys_) halves_.add(found, owner, mask);
    }

    void take(Sorter& sorter, uint32_t owner) {
        std::sort(keys_.begin(), keys_.end());
        keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
        for (const uint64_t found : keys_) sorter.add(found, owner);
    }

    // Popular right parts are remembered, so that they are not sorted each time.
    void remember(Codes right, uint32_t owner) {
        const std::u32string word(right);
        if (remembered_.count(word)) return;
        if (remembered_.size() < (1 << 16)) remembered_.insert(word);
        rights_.add(context(kWord, hash_of(right)), owner);
    }

    bool separated_;
    char32_t separator_;
    int distance_;
    Sorter entries_, words_, halves_, rights_;
    std::unordered_set<std::u32string> remembered_;
    std::vector<uint64_t> keys_;
    std::vector<std::pair<uint64_t, uint16_t>> half_keys_;
    uint64_t counts_ = 0, whole_ = 0, long_ = 0, longest_ = 0;
};

}  // namespace sendguard
