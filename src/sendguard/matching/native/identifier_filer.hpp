// Files identifiers under the keys of their forms: the same sections as _identifier_filer.py.
#pragma once

#include <set>

#include "identifiers.hpp"
#include "sorter.hpp"

namespace sendguard {

inline constexpr uint64_t kKeysAWord = 4;
inline constexpr uint64_t kPairsFilled = 6;

class PairFiler {
public:
    PairFiler(const std::string& folder, size_t run, Folding folding)
        : folder_(folder),
          folding_(folding),
          maker_(folding_),
          forms_(folder + "/forms", run),
          words_(folder + "/words", run) {}

    PairFiler(const PairFiler&) = delete;
    PairFiler& operator=(const PairFiler&) = delete;

    // Files the value of a pair; false if it has no form.
    bool file(Codes value, uint32_t pair) {
        if (!maker_.make(value, filed_)) return false;
        for (const std::string& form : filed_.forms) {
            forms_.add(key_of(form.data(), form.size()), pair);
            longest_ = std::max<uint64_t>(longest_, form.size());
            const size_t length = std::min(form.size(), kMostLength);
            if (filed_.loose) lengths_[length / 64] |= uint64_t{1} << (length % 64);
        }
        loose_prefixes_ |= filed_.loose && !filed_.prefixes.empty();
        for (const std::string& prefix : filed_.prefixes)
            words_.add(key_of(prefix.data(), prefix.size()), 0);
        return true;
    }

    std::array<uint64_t, 4> seen() const { return {longest_, lengths_[0], lengths_[1], loose_prefixes_}; }

    // Writes the sections as files of the folder; returns how many home buckets there are. The strings are
    // read back from the file, where they and their ends begin at these places.
    uint64_t write(const uint8_t* file, uint64_t size, uint64_t strings, uint64_t offsets) {
        write_filter("words", words_);
        const uint64_t forms = write_filter("forms", forms_);
        const uint64_t homes = forms / kPairsFilled + 1;
        const auto string = [&](uint64_t number) -> std::string_view {
            const uint8_t* const at = file + offsets + number * kOffsetBytes;
            const uint64_t begin = load<uint64_t>(at) & 0xFFFFFFFFFF, end = load<uint64_t>(at + 2) >> 24;
            if (begin > end || strings > size || end > size - strings)
                throw Damaged("was changed while it was built");
            return {reinterpret_cast<const char*>(file + strings + begin), end - begin};
        };
        File shared(folder_ + "/shared", "wbx");
        Buckets table(folder_ + "/table", homes);
        std::vector<uint32_t> pairs;
        uint32_t places = 0;
        uint64_t key = 0;
        const auto end_group = [&] {
            if (pairs.empty()) return;
            if (pairs.size() > 1) {
                std::set<std::pair<std::string_view, std::string_view>> known;
                const auto is_known = [&](uint32_t pair) {
                    return !known.emplace(string(2 * uint64_t{pair}), string(2 * uint64_t{pair} + 1)).second;
                };
                pairs.erase(std::remove_if(pairs.begin(), pairs.end(), is_known), pairs.end());
            }
            if (pairs.size() == 1) {
                table.add(key, pairs[0]);
            } else {
                table.add(key, places | kMark);
                places += static_cast<uint32_t>(pairs.size());
                pairs.back() |= kMark;
                shared.write(pairs.data(), pairs.size() * 4);
            }
            pairs.clear();
        };
        forms_.merged([&](const Posting& posting) {
            if (posting.key != key) end_group();
            key = posting.key;
            pairs.push_back(posting.owner);
        });
        end_group();
        table.end();
        shared.close();
        return homes;
    }

private:
    class Buckets {
    public:
        Buckets(const std::string& path, uint64_t homes) : out_(path, "wbx"), homes_(homes) {}

        void add(uint64_t key, uint32_t place) {
            while (begun_ < upper_product(key, homes_) || filled_ == kPairPlaces) next();
            checks_[filled_] = kept(key);
            checks_[kPairPlaces + filled_++] = place;
        }
        void end() {
            while (begun_ < homes_ || filled_ != 0) next();
            out_.close();
        }

    private:
        void next() {
            out_.write(checks_.data(), kPairBucket);
            checks_.fill(0);
            filled_ = 0;
            ++begun_;
        }

        File out_;
        uint64_t homes_, begun_ = 0;
        std::array<uint32_t, 2 * kPairPlaces> checks_{};
        size_t filled_ = 0;
    };

    // Calls `use` with each distinct key, in order; returns how many there are.
    template <typename Use>
    static uint64_t each_key(Sorter& sorter, Use&& use) {
        uint64_t count = 0, last = 0;
        sorter.merged([&](const Posting& posting) {
            if (count != 0 && posting.key == last) return;
            last = posting.key;
            ++count;
            use(last);
        });
        return count;
    }

    uint64_t write_filter(const std::string& name, Sorter& sorter) {
        const uint64_t count = each_key(sorter, [](uint64_t) {});
        const uint64_t size = count / kKeysAWord + 1;
        File out(folder_ + "/" + name, "wbx");
        uint64_t at = 0, word = 0;
        const auto write_until = [&](uint64_t wanted) {
            for (; at < wanted; ++at, word = 0) out.write(&word, sizeof word);
        };
        each_key(sorter, [&](uint64_t key) {
            write_until(upper_product(key, size));
            word |= filter_bits(key);
        });
        write_until(size);
        out.close();
        return count;
    }

    std::string folder_;
    Folding folding_;
    FormMaker maker_;
    Forms filed_;
    Sorter forms_, words_;
    uint64_t longest_ = 0;
    std::array<uint64_t, 2> lengths_{};
    bool loose_prefixes_ = false;
};

}  // namespace sendguard
