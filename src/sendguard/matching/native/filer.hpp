// Files entries and words under their keys: the same postings as _filer.py and _neighbourhood.py.
#pragma once

#include <unordered_set>

#include "entries.hpp"
#include "known.hpp"
#include "utf8.hpp"

namespace sendguard {

inline constexpr size_t kMany = 31;

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
          rights_(folder + "/rights", run),
          lefts_path_(folder + "/lefts") {}

    void file(Codes entry, uint32_t owner) {
        longest_ = std::max<uint64_t>(longest_, entry.size());
        ++entry_count_;
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
            keys_.push_back(key(context(kWhole, word_identity(hash_of(right))), {}));
            return take(entries_, owner);
        }
        counts_ |= uint64_t{1} << std::min<size_t>(kMany, separators(entry));
        file_left(entry.substr(0, at), word_identity(hash_of(right)), owner);
    }

    // Files each distinct right part once, reading the strings back from the file being built, where
    // the sections of strings and groups are. Writes the identities of the words.
    void file_words(const uint8_t* file, uint64_t size, Section strings, Section groups,
                    const std::string& words) {
        for (const Section& section : {strings, groups})
            if (section.offset > size || section.length > size - section.offset)
                throw Damaged("was changed while it was built");
        std::vector<std::u32string> group;
        uint64_t last = 0;
        std::u32string entry;
        File identities(words, "wbx");
        rights_.merged([&](const Posting& posting) {
            if (posting.key != last) group.clear();
            last = posting.key;
            entry.clear();
            read_entry(file, strings, groups, posting.owner, entry);
            const std::u32string word(right_part(entry, separator_, separated_));
            if (std::find(group.begin(), group.end(), word) != group.end()) return;
            group.push_back(word);
            file_word(word, static_cast<uint32_t>(word_count_++));
            const uint64_t identity = word_identity(hash_of(word));
            identities.write(&identity, sizeof identity);
        });
        identities.close();
    }

    // Writes the filters of right parts, whose identities are in the file `words`, and of left parts.
    void write_filters(const std::string& words, const std::string& rights, const std::string& lefts) {
        write_known(words, word_count_, kRightsInCell, rights);
        keep_lefts();
        write_known(lefts_path_, left_count_, kLeftsInCell, lefts);
    }

    uint64_t write(const std::string& table, const std::string& lines, const std::string& crowded) {
        Sorter& sorter = table == "entries" ? entries_ : table == "words" ? words_ : halves_;
        const uint64_t ids = table == "words" ? word_count_ : entry_count_;
        if (sorter.count() <= 0xFFFFFFFF) sorter.write(lines, crowded, ids, table == "halves");
        return sorter.count();
    }

    std::array<uint64_t, 4> seen() const { return {counts_, whole_, long_, longest_}; }

private:
    static constexpr size_t kLeftsKept = 1 << 16;

    void keep_lefts() {
        File out(lefts_path_, "ab");
        out.write(lefts_.data(), lefts_.size() * sizeof lefts_[0]);
        out.close();
        lefts_.clear();
    }

    static void read_entry(const uint8_t* file, Section strings, Section groups, uint64_t number,
                           std::u32string& into) {
        const auto read = [file](Section section, uint64_t at, uint64_t length) {
            if (at > section.length || length > section.length - at)
                throw Damaged("was changed while it was built");
            return file + section.offset + at;
        };
        const uint64_t begin = group_at(read(groups, number / kGroup * kPlaceBytes, kPlaceBytes));
        const auto [data, size] = string_in_group(
            begin, number, [&](uint64_t at, uint64_t length) { return read(strings, at, length); });
        decode_utf8(data, size, into);
    }

    size_t separators(Codes entry) const {
        return static_cast<size_t>(std::count(entry.begin(), entry.end(), separator_));
    }

    void one_keys(uint64_t base, Codes codes) {
        keys_.push_back(key(base, hash_of(codes)));
        without_one(codes, [&](Hash hash) { keys_.push_back(key(base, hash)); });
    }

    void file_left(Codes left, uint64_t right, uint32_t owner) {
        const uint64_t identity = word_identity(hash_of(left));
        lefts_.push_back(identity);
        ++left_count_;
        if (lefts_.size() == kLeftsKept) keep_lefts();
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

    void file_word(Codes word, uint32_t number) {
        keys_.clear();
        const uint64_t base = context(kWord);
        if (distance_ == 2 && word.size() <= kShortWord) {
            up_to_two(word, kShortWord, [&](Hash hash) { keys_.push_back(key(base, hash)); });
        } else {
            one_keys(base, word);
            if (distance_ == 2) file_halves(context(kWordFirst), context(kWordSecond), word, number);
        }
        take(words_, number);
    }

    void file_halves(uint64_t first, uint64_t second, Codes codes, uint32_t owner) {
        half_keys_.clear();
        const Codes half = codes.substr(0, codes.size() / 2), rest = codes.substr(half.size());
        const auto keep = [&](uint64_t found, uint32_t mask) { half_keys_.emplace_back(found, mask); };
        half_keys(first, half, rest, keep);
        half_keys(second, rest, half, keep);
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
        rights_.add(word_identity(hash_of(right)), owner);
    }

    bool separated_;
    char32_t separator_;
    int distance_;
    Sorter entries_, words_, halves_, rights_;
    std::string lefts_path_;
    std::vector<uint64_t> lefts_;
    std::unordered_set<std::u32string> remembered_;
    std::vector<uint64_t> keys_;
    std::vector<std::pair<uint64_t, uint32_t>> half_keys_;
    uint64_t entry_count_ = 0, word_count_ = 0, left_count_ = 0, counts_ = 0, whole_ = 0, long_ = 0, longest_ = 0;
};

}  // namespace sendguard
