// The native reader of a string index: the plan of _search.py, with the probes of one query
// prefetched together, since their cost is the wait for memory.
#pragma once

#include <algorithm>
#include <deque>

#include "bytes.hpp"
#include "filer.hpp"
#include "osa.hpp"
#include "utf8.hpp"

namespace sendguard {

// One table of a mapped file.
class Table {
public:
    Table(const MappedFile& file, Section starts, Section postings, uint64_t record)
        : file_(&file), starts_(starts), postings_(postings), record_(record) {
        const uint64_t buckets = starts.length / 4 - (starts.length >= 12);
        if (starts.length < 12 || starts.length % 4 != 0 || (buckets & (buckets - 1)) != 0 ||
            postings.length % record != 0)
            throw Damaged("has a table of impossible size");
        for (uint64_t left = buckets; left > 1; left >>= 1) --shift_;
    }

    void prefetch_start(uint64_t key) const { file_->prefetch(starts_, (key >> shift_) * 4); }

    // The first posting of a bucket and how many there are, and a hint that they are wanted soon.
    std::pair<uint32_t, uint32_t> bucket(uint64_t key) const {
        const uint8_t* const at = file_->read(starts_, (key >> shift_) * 4, 8);
        const uint32_t begin = load<uint32_t>(at), end = load<uint32_t>(at + 4);
        if (begin > end) throw Damaged("has a table whose buckets lie outside of it");
        file_->prefetch(postings_, begin * record_);
        file_->prefetch(postings_, end * record_ - 1);
        return {begin, end - begin};
    }

    const uint8_t* postings(uint32_t begin, uint32_t size) const {
        return file_->read(postings_, begin * record_, size * record_);
    }

private:
    const MappedFile* file_;
    Section starts_, postings_;
    uint64_t record_;
    int shift_ = 64;
};

struct Match {
    uint32_t owner;
    int distance;
    bool operator<(const Match& other) const {
        return distance != other.distance ? distance < other.distance : owner < other.owner;
    }
};

struct StringIndexLayout {
    uint64_t entries, separator, distance, counts, whole, long_entries, longest;
    std::array<Section, 8> sections;  // in the order of _engine.py
};

class StringSearch {
public:
    StringSearch(MappedFile file, const StringIndexLayout& layout)
        : file_(std::move(file)),
          layout_(layout),
          strings_(section(0)),
          offsets_(section(1)),
          entries_(file_, section(2), section(3), 5),
          words_(file_, section(4), section(5), 5),
          halves_(file_, section(6), section(7), 7) {
        if (layout.distance < 1 || layout.distance > 2 || layout.separator > 0x110000)
            throw Damaged("has impossible parameters");
        if (layout.entries > 0xFFFFFFFF || offsets_.length != (layout.entries + 1) * kOffsetBytes)
            throw Damaged("has a section 'offsets' of impossible size");
        separated_ = layout.separator != 0;
        separator_ = static_cast<char32_t>(layout.separator - 1);
    }
    ~StringSearch() { delete spare_.load(); }
    StringSearch(const StringSearch&) = delete;
    StringSearch& operator=(const StringSearch&) = delete;

    // The UTF-8 of an entry; the view lives as long as the mapping.
    std::pair<const uint8_t*, uint64_t> raw(uint64_t number) const {
        const auto [begin, end] = range(number);
        return {file_.read(strings_, begin, end - begin), end - begin};
    }

    void find(Codes string, std::vector<Match>& found) const {
        if (string.size() > layout_.longest) return;
        const Borrowed borrowed(spare_);
        Work& work = *borrowed.work;
        const size_t at = separated_ ? string.rfind(separator_) : Codes::npos;
        if (string.size() > kLong) {
            part_keys(string, 0, [&](uint64_t key) { work.probes.push_back({key}); });
        } else if (at == Codes::npos) {
            work.probes.push_back({key(context(kWhole, hash_of(string)), {})});
        } else {
            work.probes.push_back({exact(string.substr(0, at), hash_of(string.substr(at + 1)))});
        }
        run(work);
        confirm(work, string, 0, found);
    }

    void near(Codes string, int distance, std::vector<Match>& found) const {
        const Borrowed borrowed(spare_);
        Work& work = *borrowed.work;
        const size_t reach = static_cast<size_t>(distance);
        if (string.size() > layout_.longest + reach) return;
        if (layout_.long_entries != 0 && string.size() + reach > kLong)
            part_keys(string, distance, [&](uint64_t key) { work.probes.push_back({key}); });
        if (string.size() <= kLong + reach) plan(string, distance, work);
        run(work);
        second_round(work);
        run(work);
        confirm(work, string, distance, found);
    }

private:
    enum Place : uint8_t { kEntries, kWords, kEntryHalves, kWordHalves };

    // One way to see the query as left and right part, and how many edits these two may need. A cut
    // at no separator (`whole`) asks for entries without one.
    struct Cut {
        Codes left, right;
        int edits;
        bool whole = false;
    };

    struct Probe {
        uint64_t key;
        uint32_t cut = 0;
        uint16_t mask = 0;
        uint8_t most = 0;
        Place place = kEntries;
        uint32_t begin = 0, size = 0;
    };

    struct WordHit {
        uint32_t cut, owner;
        bool operator<(const WordHit& other) const {
            return cut != other.cut ? cut < other.cut : owner < other.owner;
        }
        bool operator==(const WordHit& other) const { return cut == other.cut && owner == other.owner; }
    };

    // What one query needs.
    struct Work {
        void clear() {
            cuts.clear();
            probes.clear();
            words.clear();
            owners.clear();
            swapped.clear();
        }

        std::vector<Cut> cuts;
        std::vector<Probe> probes;
        std::vector<WordHit> words;
        std::vector<uint32_t> owners;
        std::deque<std::u32string> swapped;  // a deque keeps the views of its strings valid
        std::u32string text;
    };

    // The memory of the query before, unless another thread has it.
    struct Borrowed {
        explicit Borrowed(std::atomic<Work*>& from) : spare(from), work(from.exchange(nullptr)) {
            if (work == nullptr)
                work = std::make_unique<Work>().release();
            else
                work->clear();
        }
        ~Borrowed() { delete spare.exchange(work); }
        Borrowed(const Borrowed&) = delete;
        Borrowed& operator=(const Borrowed&) = delete;

        std::atomic<Work*>& spare;
        Work* work;
    };

    Section section(size_t number) const {
        return file_.section(layout_.sections[number].offset, layout_.sections[number].length);
    }

    std::pair<uint64_t, uint64_t> range(uint64_t number) const {
        if (number >= layout_.entries) throw Damaged("names an entry that it does not have");
        const uint8_t* const at = file_.read(offsets_, number * kOffsetBytes, 2 * kOffsetBytes);
        const uint64_t begin = load<uint64_t>(at) & 0xFFFFFFFFFF, end = load<uint64_t>(at + 2) >> 24;
        if (begin > end || end > strings_.length)
            throw Damaged("has an entry that lies outside of it");
        return {begin, end};
    }

    Codes text(uint64_t number, std::u32string& into) const {
        const auto [data, size] = raw(number);
        into.clear();
        if (!decode_utf8(data, size, into))
            throw Damaged("has an entry, " + std::to_string(number) + ", that is not UTF-8");
        return into;
    }

    bool has(size_t separators) const {
        return layout_.counts >> std::min(separators, kMany) & 1;
    }

    static uint64_t exact(Codes left, Hash right) {
        return key(context(kSeparated, right), hash_of(left));
    }

    void plan(Codes string, int distance, Work& work) const {
        if (layout_.whole != 0) probe_words(work, {{}, string, distance, true});
        if (!separated_) return;
        cut_at_separators(string, distance, work);
        const size_t count =
            static_cast<size_t>(std::count(string.begin(), string.end(), separator_));
        const bool anywhere = has(count + 1) || (distance == 2 && has(count + 2));
        if (anywhere || (distance == 2 && count > 1 && has(count)))
            cut_anywhere(string, distance - 1, work);
        else if (distance == 2 && count == 1 && has(1))
            moved_separator(string, work);
    }

    void cut_at_separators(Codes string, int distance, Work& work) const {
        size_t end = string.size();
        for (int turn = 0; turn <= distance && end > 0; ++turn) {
            const size_t at = string.rfind(separator_, end - 1);
            if (at == Codes::npos) return;
            const Codes before = string.substr(0, at), after = string.substr(at + 1);
            probe_cut(work, {before, after, distance});
            if (!after.empty() && after.front() != separator_) {
                work.swapped.emplace_back(before).push_back(after.front());
                probe_cut(work, {work.swapped.back(), after.substr(1), distance - 1});
            }
            if (!before.empty() && before.back() != separator_) {
                work.swapped.emplace_back(1, before.back()).append(after);
                probe_cut(work, {before.substr(0, at - 1), work.swapped.back(), distance - 1});
            }
            end = at;
        }
    }

    // Calls `use` with all ways to cut where a separator was taken out, or was replaced.
    template <typename Use>
    static void lost(Codes string, Use&& use) {
        for (size_t at = 0; at <= string.size(); ++at) use(string.substr(0, at), string.substr(at));
        for (size_t at = 0; at < string.size(); ++at)
            use(string.substr(0, at), string.substr(at + 1));
    }

    void cut_anywhere(Codes string, int edits, Work& work) const {
        lost(string, [&](Codes left, Codes right) {
            if (std::count(right.begin(), right.end(), separator_) <= edits)
                probe_cut(work, {left, right, edits});
        });
    }

    // Entries with one separator, where both it and the query's were put in or replaced.
    void moved_separator(Codes string, Work& work) const {
        const size_t at = string.find(separator_);
        const uint64_t base = context(kWord);
        lost(string, [&](Codes left, Codes right) {
            if (left.size() > at) {
                const Hash bare = without(left, at);
                work.probes.push_back({key(context(kSeparated, hash_of(right)), bare)});
            } else if (right.size() + at >= string.size()) {
                const Hash bare = without(right, at - (string.size() - right.size()));
                const uint32_t cut = static_cast<uint32_t>(work.cuts.size());
                work.cuts.push_back({left, right, 1});
                work.probes.push_back({key(base, bare), cut, 0, 0, kWords});
            }
        });
    }

    static Hash without(Codes codes, size_t at) {
        const Codes after = codes.substr(at + 1);
        return {plain_hash(codes.substr(0, at)) * kPowers[after.size()] + plain_hash(after),
                codes.size() - 1};
    }

    void probe_cut(Work& work, const Cut& cut) const {
        const Hash right = hash_of(cut.right);
        if (cut.edits == 0) {
            work.probes.push_back({exact(cut.left, right)});
            return;
        }
        probe_left(work, cut.left, right);
        probe_words(work, cut);
        if (cut.edits < 2) return;
        if (cut.left.size() <= kShortLeft + 2) {
            const uint64_t base = context(kLeft, right);
            up_to_two(cut.left, kShortLeft, [&](Hash hash) { work.probes.push_back({key(base, hash)}); });
        }
        probe_halves(work, context(kLeftFirst, right), context(kLeftSecond, right), cut.left,
                     kShortLeft, 0, kEntryHalves);
    }

    static void probe_left(Work& work, Codes left, Hash right) {
        const uint64_t base = context(kSeparated, right);
        work.probes.push_back({key(base, hash_of(left))});
        without_one(left, [&](Hash hash) { work.probes.push_back({key(base, hash)}); });
    }

    void probe_words(Work& work, const Cut& cut) const {
        const uint32_t number = static_cast<uint32_t>(work.cuts.size());
        work.cuts.push_back(cut);
        const uint64_t base = context(kWord);
        const auto probe = [&](Hash hash) {
            work.probes.push_back({key(base, hash), number, 0, 0, kWords});
        };
        if (cut.edits == 1) {
            probe(hash_of(cut.right));
            without_one(cut.right, probe);
        } else {
            up_to_two(cut.right, kShortWord, probe);
            probe_halves(work, context(kWordFirst), context(kWordSecond), cut.right, kShortWord,
                         number, kWordHalves);
        }
    }

    // Probes for what may be within two edits and is longer than `shortest`.
    static void probe_halves(Work& work, uint64_t first, uint64_t second, Codes codes,
                             size_t shortest, uint32_t cut, Place place) {
        const size_t length = codes.size();
        size_t size = length > 2 ? length - 2 : 0;
        for (size = std::max(size, shortest + 1); size <= length + 2; ++size) {
            const size_t apart = size > length ? size - length : length - size;
            half_keys(first, second, codes, size, [&](uint64_t found, uint16_t mask) {
                work.probes.push_back({found, cut, mask, static_cast<uint8_t>(4 - apart), place});
            });
        }
    }

    const Table& table(Place place) const { return *tables_[place]; }

    // Looks up all probes, in three passes over a few dozen at a time, each pass prefetching for the
    // next; what is found goes to `words` and `owners`.
    void run(Work& work) const {
        constexpr size_t kTogether = 64;
        for (size_t first = 0; first < work.probes.size(); first += kTogether) {
            const size_t last = std::min(first + kTogether, work.probes.size());
            for (size_t i = first; i < last; ++i)
                table(work.probes[i].place).prefetch_start(work.probes[i].key);
            for (size_t i = first; i < last; ++i) {
                Probe& probe = work.probes[i];
                std::tie(probe.begin, probe.size) = table(probe.place).bucket(probe.key);
            }
            for (size_t i = first; i < last; ++i)
                if (work.probes[i].size != 0) scan(work.probes[i], work);
        }
        work.probes.clear();
    }

    void scan(const Probe& probe, Work& work) const {
        const uint8_t* const tags = table(probe.place).postings(probe.begin, probe.size);
        const uint64_t size = probe.size;
        const uint64_t wanted = (probe.key & 0xFF) * 0x0101010101010101;
        for (uint64_t first = 0; first < size; first += 8) {
            // Eight tags at a time; a mapping goes on for eight bytes after any section. The sum sets
            // the top bit of each byte that is not zero, that is, of each tag that differs.
            const uint64_t differing = load<uint64_t>(tags + first) ^ wanted;
            constexpr uint64_t kLow = 0x7F7F7F7F7F7F7F7F;
            uint64_t equal = ~(((differing & kLow) + kLow) | differing | kLow);
            if (size - first < 8) equal &= (uint64_t{1} << (8 * (size - first))) - 1;
            for (uint64_t place = first; equal != 0; equal >>= 8, ++place)
                if (equal & 0x80) take(probe, tags, place, work);
        }
    }

    void take(const Probe& probe, const uint8_t* tags, uint64_t place, Work& work) const {
        const uint64_t size = probe.size;
        const bool masked = probe.place >= kEntryHalves;
        if (masked) {
            uint32_t differing = load<uint16_t>(tags + size + 2 * place) ^ probe.mask;
            int bits = 0;
            for (; differing != 0; differing &= differing - 1) ++bits;
            if (bits > probe.most) return;
        }
        const uint32_t owner = load<uint32_t>(tags + (masked ? 3 : 1) * size + 4 * place);
        file_.prefetch(offsets_, owner * kOffsetBytes);
        if (probe.place == kWords || probe.place == kWordHalves)
            work.words.push_back({probe.cut, owner});
        else
            work.owners.push_back(owner);
    }

    // Turns the words that are near enough into probes for entries that have them on the right.
    void second_round(Work& work) const {
        std::sort(work.words.begin(), work.words.end());
        work.words.erase(std::unique(work.words.begin(), work.words.end()), work.words.end());
        for (const WordHit& hit : work.words) file_.prefetch(strings_, range(hit.owner).first);
        for (const WordHit& hit : work.words) {
            const Cut& cut = work.cuts[hit.cut];
            const Codes entry = text(hit.owner, work.text);
            const Codes word = right_part(entry, separator_, separated_);
            const int edits = bounded_distance(cut.right, word, cut.edits);
            if (edits > cut.edits) continue;
            const Hash right = hash_of(word);
            if (cut.whole)
                work.probes.push_back({key(context(kWhole, right), {})});
            else if (edits == cut.edits)
                work.probes.push_back({exact(cut.left, right)});
            else if (edits != 0)
                probe_left(work, cut.left, right);
        }
        work.words.clear();
    }

    void confirm(Work& work, Codes string, int distance, std::vector<Match>& found) const {
        std::sort(work.owners.begin(), work.owners.end());
        work.owners.erase(std::unique(work.owners.begin(), work.owners.end()), work.owners.end());
        for (const uint32_t owner : work.owners) file_.prefetch(strings_, range(owner).first);
        for (const uint32_t owner : work.owners) {
            const int edits = bounded_distance(string, text(owner, work.text), distance);
            if (edits <= distance) found.push_back({owner, edits});
        }
        std::sort(found.begin(), found.end());
    }

    MappedFile file_;
    StringIndexLayout layout_;
    Section strings_, offsets_;
    Table entries_, words_, halves_;
    bool separated_ = false;
    char32_t separator_ = 0;
    std::array<const Table*, 4> tables_{&entries_, &words_, &halves_, &halves_};  // by Place
    mutable std::atomic<Work*> spare_{nullptr};
};

}  // namespace sendguard
