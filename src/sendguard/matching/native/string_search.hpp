// The native reader of a string index: the plan of _search.py. Its cost is the wait for memory, so all
// lines that a query needs are asked for before the first is read, and what they lead to likewise.
#pragma once

#include <algorithm>
#include <memory>

#include "filer.hpp"
#include "osa.hpp"

namespace sendguard {

struct Match {
    uint32_t owner;
    int distance;
    bool operator<(const Match& other) const {
        return distance != other.distance ? distance < other.distance : owner < other.owner;
    }
};

struct StringIndexLayout {
    uint64_t entries, separator, distance, counts, whole, long_entries, longest, block;
    std::array<Section, 11> sections;  // in the order of _engine.py
};

class StringSearch {
    struct Work;

public:
    StringSearch(MappedFile file, const StringIndexLayout& layout)
        : file_(std::move(file)),
          layout_(layout),
          strings_{section(0), section(1), layout.block},
          words_(section(2)),
          known_(file_, section(3), "known"),
          popular_(file_, section(4), "popular"),
          by_entry_(file_, section(5), section(6), layout.entries, false),
          by_word_(file_, section(7), section(8), words_.length / 8, false),
          by_half_(file_, section(9), section(10), layout.entries, true) {
        if (layout.distance < 1 || layout.distance > 2 || layout.separator > 0x110000)
            throw Damaged("has impossible parameters");
        if (!strings_.fits(layout.entries)) throw Damaged("has a section 'strings' of impossible size");
        if (words_.length % 8 != 0 || words_.length / 8 > layout.entries)
            throw Damaged("has a section 'words' of impossible size");
        separated_ = layout.separator != 0;
        separator_ = static_cast<char32_t>(layout.separator - 1);
    }
    ~StringSearch() { delete spare_.load(); }
    StringSearch(const StringSearch&) = delete;
    StringSearch& operator=(const StringSearch&) = delete;

    // Asks queries, one after the other, with the memory that the session before left.
    class Session {
    public:
        explicit Session(const StringSearch& search)
            : search_(search), work_(search.spare_.exchange(nullptr)) {
            if (work_ == nullptr) work_ = std::make_unique<Work>().release();
        }
        ~Session() { delete search_.spare_.exchange(work_); }
        Session(const Session&) = delete;
        Session& operator=(const Session&) = delete;

        // What equals the string; valid until the next question.
        const std::vector<Match>& find(Codes string) {
            work_->clear(string);
            search_.find(*work_);
            return work_->found;
        }

        // All within the distance, nearest first.
        const std::vector<Match>& near(Codes string, int distance) {
            work_->clear(string);
            search_.near(*work_, distance);
            return work_->found;
        }

    private:
        const StringSearch& search_;
        Work* work_;
    };

    // The UTF-8 of an entry; the view lives as long as the mapping.
    std::pair<const uint8_t*, uint64_t> raw(uint64_t number) const {
        if (number >= layout_.entries) throw Damaged("names an entry that it does not have");
        return strings_.get(number, [&](const Section& section, uint64_t at, uint64_t length) {
            return file_.read(section, at, length);
        });
    }

private:
    static constexpr size_t kTogether = 512;
    // A query is cut at three separators at most, and each cut leads to two others.
    static constexpr size_t kMostSwapped = 6 * (kLong + 2);

    enum Place : uint8_t { kEntries, kWords, kEntryHalves, kWordHalves };

    // One way to see the query as left and right part, and how many edits these two may need. A cut
    // at no separator (`whole`) asks for entries without one.
    struct Cut {
        Codes left, right;
        int edits;
        bool whole = false;
        uint64_t identity = kNoWord;  // of the right part
        bool popular = true;          // whether entries with just this left part are not filed under it
    };

    struct Probe {
        uint64_t line;
        uint32_t low;
        uint32_t mask;
        uint32_t cut;
        Place place;
        uint8_t most;    // so many letters may differ
        uint8_t length;  // of the variant, if it is one of a word, or of the word whose half it is
    };

    using Halves = std::array<uint64_t, 4>;

    // A crowded line that a probe led to.
    struct Crowded {
        Probe probe;
        uint32_t unit, size;
    };

    // A word that shares a variant with the right part of a cut, and how long the longest such is.
    struct WordHit {
        uint32_t cut, number;
        uint32_t length;
        bool operator<(const WordHit& other) const {
            if (cut != other.cut) return cut < other.cut;
            return number != other.number ? number < other.number : length > other.length;
        }
        bool operator==(const WordHit& other) const { return cut == other.cut && number == other.number; }
    };

    // What one query needs.
    struct Work {
        void clear(Codes codes) {
            string = codes;
            ascii = false;
            asked = swapped_used = 0;
            cuts.clear();
            crowded.clear();
            reading.clear();
            words.clear();
            owners.clear();
            found.clear();
        }

        Codes string;
        bool ascii = false;
        size_t asked = 0, swapped_used = 0;
        std::array<Probe, kTogether> probes;
        std::array<char32_t, kMostSwapped> swapped;
        std::array<uint64_t, 128> begun;
        std::vector<Cut> cuts;
        std::vector<Crowded> crowded, reading;
        std::vector<WordHit> words;
        std::vector<uint32_t> owners;
        std::vector<Match> found;
        std::string bytes;
        std::u32string text;
    };

    Section section(size_t number) const {
        return file_.section(layout_.sections[number].offset, layout_.sections[number].length);
    }

    uint64_t word(uint64_t number) const {
        return load<uint64_t>(file_.read(words_, number * 8, 8));
    }

    bool has(size_t separators) const {
        return layout_.counts >> std::min(separators, kMany) & 1;
    }

    // Asks for the line of a key.
    void ask(Work& work, const Table& table, uint64_t found, Place place, uint32_t cut = 0,
             uint64_t length = 0, uint32_t mask = 0, size_t most = 0) const {
        if (work.asked == kTogether) answer(work);
        work.probes[work.asked++] = {table.line(found), static_cast<uint32_t>(found),
                                     mask,              cut,
                                     place,             static_cast<uint8_t>(most),
                                     static_cast<uint8_t>(length)};
    }

    void ask_entry(Work& work, uint64_t found) const { ask(work, by_entry_, found, kEntries); }

    void ask_exact(Work& work, Codes left, uint64_t right) const {
        ask_entry(work, key(context(kSeparated, right), hash_of(left)));
    }

    void find(Work& work) const {
        const Codes string = work.string;
        if (string.size() > layout_.longest) return;
        const size_t at = separated_ ? string.rfind(separator_) : Codes::npos;
        if (string.size() > kLong)
            part_keys(string, 0, [&](uint64_t found) { ask_entry(work, found); });
        else if (at == Codes::npos)
            ask_entry(work, key(context(kWhole, word_identity(hash_of(string))), {}));
        else
            ask_exact(work, string.substr(0, at), word_identity(hash_of(string.substr(at + 1))));
        follow(work);
        confirm(work, 0);
    }

    void near(Work& work, int distance) const {
        const Codes string = work.string;
        const size_t reach = static_cast<size_t>(distance);
        if (string.size() > layout_.longest + reach) return;
        if (layout_.long_entries != 0 && string.size() + reach > kLong)
            part_keys(string, distance, [&](uint64_t found) { ask_entry(work, found); });
        if (string.size() <= kLong + reach) plan(string, distance, work);
        follow(work);
        confirm(work, distance);
    }

    void plan(Codes string, int distance, Work& work) const {
        if (layout_.whole != 0) {
            work.cuts.push_back({{}, string, distance, true, identity_of(string)});
            ask_words(work, 0);
        }
        if (!separated_) return;
        cut_at_separators(string, distance, work);
        const size_t count = static_cast<size_t>(std::count(string.begin(), string.end(), separator_));
        const bool anywhere = has(count + 1) || (distance == 2 && has(count + 2));
        const bool cut_anywhere = anywhere || (distance == 2 && count > 1 && has(count));
        if (cut_anywhere)
            lost(string, [&](Codes left, Codes right) {
                if (std::count(right.begin(), right.end(), separator_) < distance)
                    cut(work, left, right, distance - 1);
            });
        ask_cuts(work);
        if (!cut_anywhere && distance == 2 && count == 1 && has(1)) moved_separator(string, work);
    }

    static uint64_t identity_of(Codes codes) { return word_identity(hash_of(codes)); }

    void cut_at_separators(Codes string, int distance, Work& work) const {
        size_t end = string.size();
        for (int turn = 0; turn <= distance && end > 0; ++turn) {
            const size_t at = string.rfind(separator_, end - 1);
            if (at == Codes::npos) return;
            cut_at(string, at, distance, work);
            if (at + 1 < string.size() && string[at + 1] != separator_)
                cut_at(swapped(string, at, work), at + 1, distance - 1, work);
            if (at > 0 && string[at - 1] != separator_)
                cut_at(swapped(string, at - 1, work), at - 1, distance - 1, work);
            end = at;
        }
    }

    void cut_at(Codes string, size_t at, int edits, Work& work) const {
        cut(work, string.substr(0, at), string.substr(at + 1), edits);
    }

    void cut(Work& work, Codes left, Codes right, int edits) const {
        const uint64_t identity = identity_of(right);
        known_.prefetch(identity);
        // Where the right part takes all edits, the left part is just that of an entry: what has a left
        // part that few have is filed under it alone.
        const bool popular = edits == 0 || !ask_unpopular(work, any_right_key(left));
        work.cuts.push_back({left, right, edits, false, identity, popular});
    }

    // The string with two neighbours swapped.
    static Codes swapped(Codes string, size_t at, Work& work) {
        char32_t* const copy = work.swapped.data() + work.swapped_used;
        work.swapped_used += string.size();
        std::copy(string.begin(), string.end(), copy);
        std::swap(copy[at], copy[at + 1]);
        return {copy, string.size()};
    }

    // Calls `use` with all ways to cut where a separator was taken out, or was replaced.
    template <typename Use>
    static void lost(Codes string, Use&& use) {
        for (size_t at = 0; at <= string.size(); ++at) use(string.substr(0, at), string.substr(at));
        for (size_t at = 0; at < string.size(); ++at)
            use(string.substr(0, at), string.substr(at + 1));
    }

    // Entries with one separator, where both it and the query's were put in or replaced. All hashes are
    // differences of those of the beginnings of the query without its separator.
    void moved_separator(Codes string, Work& work) const {
        const size_t at = string.find(separator_), end = string.size() - 1;
        auto& begun = work.begun;
        begun[0] = 0;
        for (size_t i = 0; i < end; ++i) begun[i + 1] = begun[i] * kBase + string[i < at ? i : i + 1] + 1;
        const uint64_t base = context(kWord);
        lost(string, [&](Codes left, Codes right) {
            const size_t from = string.size() - right.size();
            if (left.size() > at) {
                const uint64_t identity = word_identity(between(begun, from - 1, end));
                if (!known_.has(identity)) return;
                const size_t length = left.size(), first = first_half(length), second = second_half(length);
                ask_entry(work, key(context(kSeparated, identity), between(begun, 0, length - 1)));
                ask_unpopular(work, at < first
                                        ? second_half_key(between(begun, length - 1 - second, length - 1), identity)
                                        : first_half_key(between(begun, 0, first), identity));
            } else if (from <= at) {
                const Hash bare = between(begun, from, end);
                const uint32_t cut = static_cast<uint32_t>(work.cuts.size());
                work.cuts.push_back({left, right, 1});
                ask(work, by_word_, key(base, bare), kWords, cut, bare.length);
            }
        });
    }

    static Hash between(const std::array<uint64_t, 128>& begun, size_t from, size_t to) {
        return {begun[to] - begun[from] * kPowers[to - from], to - from};
    }

    void ask_cuts(Work& work) const {
        for (const Cut& cut : work.cuts) {
            if (cut.whole) continue;
            if (cut.edits == 0) {
                if (known_.has(cut.identity)) ask_exact(work, cut.left, cut.identity);
                continue;
            }
            const Halves halves = halves_near(cut.left, cut.identity);  // while the filter is on its way
            if (known_.has(cut.identity)) ask_known(work, cut, halves);
        }
        for (uint32_t number = 0; number < work.cuts.size(); ++number) {
            const Cut& cut = work.cuts[number];
            if (!cut.whole && (cut.edits == 2 || (cut.edits == 1 && cut.popular))) ask_words(work, number);
        }
    }

    // Asks for a key, unless it is popular.
    bool ask_unpopular(Work& work, uint64_t found) const {
        if (popular_.has(found)) return false;
        ask_entry(work, found);
        return true;
    }

    // Asks for entries that have just the right part of the cut, and on their left nearly the same.
    void ask_known(Work& work, const Cut& cut, const Halves& halves) const {
        const Codes left = cut.left;
        const uint64_t identity = cut.identity;
        ask_left(work, left, identity, halves);
        if (cut.edits < 2) return;
        if (left.size() <= kShortLeft + 2) {
            const uint64_t base = context(kLeft, identity);
            up_to_two(left, kShortLeft, [&](Hash hash) { ask_entry(work, key(base, hash)); });
        }
        ask_halves(work, context(kLeftFirst, identity), context(kLeftSecond, identity), left, kShortLeft, 0,
                   kEntryHalves);
    }

    // Asks for entries that have the right part, and on their left nearly the same.
    void ask_left(Work& work, Codes left, uint64_t right, const Halves& halves) const {
        bool popular = false;
        for (const uint64_t half : halves) popular |= !ask_unpopular(work, half);
        if (!popular) return;
        const uint64_t base = context(kSeparated, right);
        ask_entry(work, key(base, hash_of(left)));
        without_one(left, [&](Hash hash) { ask_entry(work, key(base, hash)); });
    }

    // The keys of the halves of left parts within one edit, and hints that the filter will be asked for
    // them. One edit leaves a half of the entry's left part as it is. Of the left parts that are as
    // long, or one longer or shorter, two have first halves of the same length, and two second halves.
    Halves halves_near(Codes left, uint64_t right) const {
        const size_t length = left.size(), shortest = length == 0 ? 0 : length - 1;
        const Halves halves{
            first_half_key(hash_of(left.substr(0, first_half(shortest))), right),
            first_half_key(hash_of(left.substr(0, first_half(length + 1))), right),
            second_half_key(hash_of(left.substr(length - second_half(shortest))), right),
            second_half_key(hash_of(left.substr(length - second_half(length + 1))), right),
        };
        for (const uint64_t half : halves) popular_.prefetch(half);
        return halves;
    }

    void ask_words(Work& work, uint32_t number) const {
        const Cut& cut = work.cuts[number];
        const uint64_t base = context(kWord);
        const auto variant = [&](Hash hash) {
            ask(work, by_word_, key(base, hash), kWords, number, hash.length);
        };
        if (cut.edits == 1) {
            variant(hash_of(cut.right));
            without_one(cut.right, variant);
        } else {
            up_to_two(cut.right, kShortWord, variant);
            ask_halves(work, context(kWordFirst), context(kWordSecond), cut.right, kShortWord, number,
                       kWordHalves);
        }
    }

    // Asks for what is longer than `shortest` and has a half in common with the codes. Entries of two
    // lengths have first halves of the same length, and entries of two lengths second halves.
    void ask_halves(Work& work, uint64_t first, uint64_t second, Codes codes, size_t shortest, uint32_t cut,
                    Place place) const {
        const size_t length = codes.size();
        const size_t least = std::max(length > 2 ? length - 2 : 0, shortest + 1);
        size_t half_done = Codes::npos, rest_done = Codes::npos;
        const auto ask_half = [&](uint64_t side, Codes part, Codes other, size_t nearest) {
            const size_t most = 4 - (nearest > length ? nearest - length : length - nearest);
            half_keys(side, part, other, [&](uint64_t found, uint32_t mask) {
                ask(work, by_half_, found, place, cut, length, mask, most);
            });
        };
        for (size_t size = least; size <= length + 2; ++size) {
            const size_t half = size / 2, rest = size - half;
            if (half != half_done)
                ask_half(first, codes.substr(0, half), codes.substr(half), nearest_size(2 * half, length));
            if (rest != rest_done)
                ask_half(second, codes.substr(length - rest), codes.substr(0, length - rest),
                         nearest_size(2 * rest - 1, length));
            half_done = half;
            rest_done = rest;
        }
    }

    // Which of a size and the next one is nearer to a length.
    static size_t nearest_size(size_t size, size_t length) { return size < length ? size + 1 : size; }

    const Table& table(Place place) const {
        return place == kEntries ? by_entry_ : place == kWords ? by_word_ : by_half_;
    }

    // Reads the lines that were asked for.
    void answer(Work& work) const {
        for (size_t i = 0; i < work.asked; ++i) {
            const Probe& probe = work.probes[i];
            table(probe.place)
                .scan(probe.line, probe.low, [&](uint32_t id) { take(work, probe, id); },
                      [&](uint32_t unit, uint32_t size) { work.crowded.push_back({probe, unit, size}); });
        }
        work.asked = 0;
    }

    // Reads them, and whatever they lead to; while one thing is on its way, another is read.
    void follow(Work& work) const {
        for (answer(work); !work.crowded.empty() || !work.words.empty(); answer(work)) {
            work.reading.swap(work.crowded);
            ask_for_words(work);
            for (const Crowded& crowded : work.reading) {
                const Probe& probe = crowded.probe;
                table(probe.place)
                    .scan_crowded(crowded.unit, crowded.size, probe.low, probe.mask, probe.most,
                                  [&](uint32_t id) { take(work, probe, id); });
            }
            work.reading.clear();
        }
    }

    void take(Work& work, const Probe& probe, uint32_t id) const {
        if (probe.place == kWords || probe.place == kWordHalves) {
            const WordHit hit{probe.cut, id, probe.length};
            if (!work.words.empty() && work.words.back() == hit && work.words.back().length >= hit.length)
                return;
            // The half of an entry may have the same tag.
            if (probe.place == kWordHalves && id >= words_.length / 8) return;
            file_.prefetch(words_, uint64_t{id} * 8);
            work.words.push_back(hit);
        } else {
            // An entry that equals the query in part is met under several keys one after the other.
            if (!work.owners.empty() && work.owners.back() == id) return;
            strings_.prefetch(file_, id);
            work.owners.push_back(id);
        }
    }

    // Asks for entries that have a word near enough on the right. How near it is follows from lengths:
    // short words that share a variant with at most one taken out on each side may be within one edit,
    // and no others; long words that share a half may be, if they are as long, or longer by one.
    void ask_for_words(Work& work) const {
        std::sort(work.words.begin(), work.words.end());
        work.words.erase(std::unique(work.words.begin(), work.words.end()), work.words.end());
        for (const WordHit& hit : work.words) {
            const Cut& cut = work.cuts[hit.cut];
            const uint64_t identity = word(hit.number);
            const bool near = hit.length + 1 >= cut.right.size() && hit.length + 1 >= word_length(identity);
            if (cut.edits == 1 && !near) continue;
            if (cut.whole)
                ask_entry(work, key(context(kWhole, identity), {}));
            else if (identity == cut.identity)
                continue;
            else if (cut.edits == 2 && near)
                ask_left(work, cut.left, identity, halves_near(cut.left, identity));
            else if (cut.popular)
                ask_exact(work, cut.left, identity);
        }
        work.words.clear();
    }

    void confirm(Work& work, int distance) const {
        if (work.owners.empty()) return;
        narrow(work);
        std::sort(work.owners.begin(), work.owners.end());
        work.owners.erase(std::unique(work.owners.begin(), work.owners.end()), work.owners.end());
        for (const uint32_t owner : work.owners) {
            const auto [data, size] = raw(owner);
            const int edits = edits_to(work, data, size, owner, distance);
            if (edits <= distance) work.found.push_back({owner, edits});
        }
        std::sort(work.found.begin(), work.found.end());
    }

    // If the query is ASCII, its bytes are compared with those of entries that are.
    static void narrow(Work& work) {
        char32_t all = 0;
        for (const char32_t code : work.string) all |= code;
        work.ascii = all < 0x80;
        if (work.ascii) work.bytes.assign(work.string.begin(), work.string.end());
    }

    static int edits_to(Work& work, const uint8_t* data, uint64_t size, uint64_t number, int distance) {
        if (work.ascii && is_ascii(data, size))
            return bounded_distance<char>(work.bytes, {reinterpret_cast<const char*>(data), size}, distance);
        work.text.clear();
        if (!decode_utf8(data, size, work.text))
            throw Damaged("has an entry, " + std::to_string(number) + ", that is not UTF-8");
        return bounded_distance<char32_t>(work.string, work.text, distance);
    }

    MappedFile file_;
    StringIndexLayout layout_;
    Strings strings_;
    Section words_;
    MappedFilter known_, popular_;
    Table by_entry_, by_word_, by_half_;
    bool separated_ = false;
    char32_t separator_ = 0;
    mutable std::atomic<Work*> spare_{nullptr};
};

}  // namespace sendguard
