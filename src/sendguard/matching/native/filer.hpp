// Files entries and words under their keys: the same postings as _filer.py and _neighbourhood.py.
#pragma once

#include <unordered_set>

#include "entries.hpp"
#include "known.hpp"
#include "utf8.hpp"

namespace sendguard {

inline constexpr size_t kMany = 31;

// A key under which more entries would be is popular.
inline constexpr uint64_t kFew = 4;

// The part behind the last separator, or everything if there is none.
inline Codes right_part(Codes entry, char32_t separator, bool separated) {
    const size_t at = separated ? entry.rfind(separator) : Codes::npos;
    return at == Codes::npos ? entry : entry.substr(at + 1);
}

// The strings of a file that is being built.
class Written {
public:
    Written(const uint8_t* file, uint64_t size, const Strings& strings) : file_(file), strings_(strings) {
        for (const Section& section : {strings.blocks, strings.overflow})
            if (section.offset > size || section.length > size - section.offset) changed();
    }

    // Appends the code points of a string.
    void read(uint64_t number, std::u32string& into) const {
        const auto [data, size] = strings_.get(
            number, [&](const Section& section, uint64_t at, uint64_t length) { return bytes(section, at, length); });
        decode_utf8(data, size, into);
    }

private:
    [[noreturn]] static void changed() { throw Damaged("was changed while it was built"); }

    const uint8_t* bytes(const Section& section, uint64_t at, uint64_t length) const {
        if (at > section.length || length > section.length - at) changed();
        return file_ + section.offset + at;
    }

    const uint8_t* file_;
    Strings strings_;
};

class Filer {
public:
    // `separator` is its code point plus one, or 0 for none.
    Filer(const std::string& folder, uint32_t separator, int distance, size_t run)
        : separated_(separator != 0),
          separator_(separator - 1),
          distance_(distance),
          folder_(folder + "/"),
          entries_(folder_ + "entries", run),
          words_(folder_ + "words", run),
          halves_(folder_ + "halves", run),
          rights_(folder_ + "rights", run),
          shared_(folder_ + "shared", run) {}

    // Takes note of an entry, so that it is known which of its keys are popular.
    void count(Codes entry, uint32_t owner) {
        longest_ = std::max<uint64_t>(longest_, entry.size());
        ++entry_count_;
        if (entry.size() > kLong) {
            ++long_;
            return;
        }
        const size_t at = separated_ ? entry.rfind(separator_) : Codes::npos;
        const Codes right = right_part(entry, separator_, separated_);
        remember(right, owner);
        if (at == Codes::npos) {
            ++whole_;
            counts_ |= 1;
            return;
        }
        counts_ |= uint64_t{1} << std::min<size_t>(kMany, separators(entry));
        for (const uint64_t found : shared_keys(entry.substr(0, at), word_identity(hash_of(right))))
            shared_.add(found, 0);
    }

    // Files each distinct right part once, reading the strings back from the file being built, and
    // writes the sections of words and of filters.
    void file_words(const Written& written) {
        std::vector<std::u32string> group;
        uint64_t last = 0;
        std::u32string entry;
        File identities(folder_ + "words", "wbx");
        rights_.merged([&](const Posting& posting) {
            if (posting.key != last) group.clear();
            last = posting.key;
            entry.clear();
            written.read(posting.owner, entry);
            const std::u32string word(right_part(entry, separator_, separated_));
            if (std::find(group.begin(), group.end(), word) != group.end()) return;
            group.push_back(word);
            file_word(word, static_cast<uint32_t>(word_count_++));
            const uint64_t identity = word_identity(hash_of(word));
            identities.write(&identity, sizeof identity);
        });
        identities.close();
        rights_.forget();
        KeyFilter(folder_ + "words", word_count_).write(folder_ + "known");
        popular_ = popular_keys();
        popular_.write(folder_ + "popular");
    }

    // Files the entries from one to before another.
    void file(const Written& written, uint64_t first, uint64_t last) {
        std::u32string entry;
        for (uint64_t number = first; number < last; ++number) {
            entry.clear();
            written.read(number, entry);
            file(entry, static_cast<uint32_t>(number));
        }
    }

    uint64_t write(const std::string& table, const std::string& lines, const std::string& crowded) {
        Sorter& sorter = table == "entries" ? entries_ : table == "words" ? words_ : halves_;
        const uint64_t ids = table == "words" ? word_count_ : entry_count_;
        if (sorter.count() <= 0xFFFFFFFF) sorter.write(lines, crowded, ids, table == "halves");
        return sorter.count();
    }

    std::array<uint64_t, 4> seen() const { return {counts_, whole_, long_, longest_}; }

private:
    // Those under which more than a few entries would be.
    KeyFilter popular_keys() {
        const std::string path = folder_ + "popular.keys";
        File out(path, "wbx");
        uint64_t last = 0, times = 0, count = 0;
        shared_.merged([&](const Posting& posting) {
            times = posting.key == last ? times + 1 : 1;
            last = posting.key;
            if (times != kFew + 1) return;
            out.write(&last, sizeof last);
            ++count;
        });
        out.close();
        shared_.forget();
        return {path, count};
    }

    void file(Codes entry, uint32_t owner) {
        keys_.clear();
        const size_t at = separated_ ? entry.rfind(separator_) : Codes::npos;
        if (entry.size() > kLong) {
            part_keys(entry, 0, [&](uint64_t found) { keys_.push_back(found); });
        } else {
            const uint64_t right = word_identity(hash_of(right_part(entry, separator_, separated_)));
            if (at == Codes::npos)
                keys_.push_back(key(context(kWhole, right), {}));
            else
                file_left(entry.substr(0, at), right, owner);
        }
        take(entries_, owner);
    }

    size_t separators(Codes entry) const {
        return static_cast<size_t>(std::count(entry.begin(), entry.end(), separator_));
    }

    void one_keys(uint64_t base, Codes codes) {
        keys_.push_back(key(base, hash_of(codes)));
        without_one(codes, [&](Hash hash) { keys_.push_back(key(base, hash)); });
    }

    void file_left(Codes left, uint64_t right, uint32_t owner) {
        const uint64_t base = context(kSeparated, right);
        const auto [first, second, any] = shared_keys(left, right);
        const bool popular_first = popular_.has(first), popular_second = popular_.has(second);
        if (!popular_first) keys_.push_back(first);
        if (!popular_second) keys_.push_back(second);
        if (!popular_.has(any)) keys_.push_back(any);
        if (popular_first || popular_second)
            one_keys(base, left);
        else
            keys_.push_back(key(base, hash_of(left)));
        if (distance_ == 1) return;
        if (left.size() <= kShortLeft) {
            const uint64_t two = context(kLeft, right);
            up_to_two(left, kShortLeft, [&](Hash hash) { keys_.push_back(key(two, hash)); });
        } else {
            file_halves(context(kLeftFirst, right), context(kLeftSecond, right), left, owner);
        }
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
    std::string folder_;
    Sorter entries_, words_, halves_, rights_, shared_;
    std::unordered_set<std::u32string> remembered_;
    KeyFilter popular_;
    std::vector<uint64_t> keys_;
    std::vector<std::pair<uint64_t, uint32_t>> half_keys_;
    uint64_t entry_count_ = 0, word_count_ = 0, counts_ = 0, whole_ = 0, long_ = 0, longest_ = 0;
};

}  // namespace sendguard
