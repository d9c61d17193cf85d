// Sets of 64-bit keys in buckets of one cache line: the same format and answers as _members.py.
#pragma once

#include <mutex>
#include <unordered_map>

#include "bytes.hpp"
#include "keys.hpp"
#include "sorter.hpp"

namespace sendguard {

inline constexpr uint64_t kPlaces = 16;
inline constexpr uint64_t kFilled = 13;
inline constexpr uint64_t kBucketBytes = kPlaces * 4;
inline constexpr uint64_t kPlainForm = 10;  // the key contexts of forms follow the kinds of keys.hpp

// The upper half of a product of two 64-bit numbers.
inline uint64_t upper_product(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
    __extension__ using Wide = unsigned __int128;
    return static_cast<uint64_t>(Wide{a} * b >> 64);
#else
    const uint64_t a0 = a & 0xFFFFFFFF, a1 = a >> 32, b0 = b & 0xFFFFFFFF, b1 = b >> 32;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & 0xFFFFFFFF)) >> 32);
#endif
}

inline uint32_t kept(uint64_t key) {
    const uint32_t low = static_cast<uint32_t>(key);
    return low != 0 ? low : 1;
}

class MemberSet {
public:
    MemberSet(MappedFile file, uint64_t homes, Section table, Section added, Section removed)
        : file_(std::move(file)),
          homes_(homes),
          table_(file_.section(table.offset, table.length)),
          added_(file_.section(added.offset, added.length)),
          removed_(file_.section(removed.offset, removed.length)),
          buckets_(table.length / kBucketBytes) {
        if (table.length % kBucketBytes != 0 || homes < 1 || homes > buckets_)
            throw Damaged("has a table of impossible size");
        if (added.length % 8 != 0 || removed.length % 8 != 0)
            throw Damaged("has a list of changes of impossible size");
    }

    // Lays a change over the file.
    void change(uint64_t key, bool present) {
        const std::lock_guard lock(mutex_);
        changes_[key] = present;
    }

    // For each key whether it is in the set; some are prefetched together.
    void contains(const std::vector<uint64_t>& keys, std::vector<char>& into) const {
        constexpr size_t kTogether = 32;
        const std::lock_guard lock(mutex_);
        into.reserve(keys.size());
        for (size_t first = 0; first < keys.size(); first += kTogether) {
            const size_t last = std::min(first + kTogether, keys.size());
            for (size_t i = first; i < last; ++i)
                file_.prefetch(table_, upper_product(keys[i], homes_) * kBucketBytes);
            for (size_t i = first; i < last; ++i) into.push_back(contains(keys[i]));
        }
    }

private:
    bool contains(uint64_t key) const {
        if (!changes_.empty()) {
            const auto change = changes_.find(key);
            if (change != changes_.end()) return change->second;
        }
        if (among(removed_, key)) return false;
        return in_table(key) || among(added_, key);
    }

    bool in_table(uint64_t key) const {
        const uint32_t wanted = kept(key);
        for (uint64_t number = upper_product(key, homes_); number < buckets_; ++number) {
            const uint8_t* const bucket = file_.read(table_, number * kBucketBytes, kBucketBytes);
            std::array<uint32_t, kPlaces> places;
            std::memcpy(places.data(), bucket, kBucketBytes);
            uint32_t hits = 0;
            for (const uint32_t place : places) hits |= static_cast<uint32_t>(place == wanted);
            if (hits != 0) return true;
            if (places.back() == 0) return false;
        }
        return false;
    }

    bool among(const Section& section, uint64_t key) const {
        uint64_t low = 0, high = section.length / 8;
        while (low < high) {
            const uint64_t middle = (low + high) / 2;
            const uint64_t found = load<uint64_t>(file_.read(section, middle * 8, 8));
            if (found == key) return true;
            if (found < key)
                low = middle + 1;
            else
                high = middle;
        }
        return false;
    }

    MappedFile file_;
    uint64_t homes_;
    Section table_, added_, removed_;
    uint64_t buckets_;
    mutable std::mutex mutex_;
    std::unordered_map<uint64_t, bool> changes_;
};

// Collects keys with bounded memory and writes the table.
class MemberSorter {
public:
    MemberSorter(const std::string& folder, size_t run) : sorter_(folder + "/members", run) {}

    void add(unsigned form, uint64_t key) {
        forms_ |= 1u << form;
        sorter_.add(key, 0);
    }

    unsigned forms() const { return forms_; }

    // Returns the home buckets and how many keys there are.
    std::pair<uint64_t, uint64_t> write(const std::string& path) {
        const uint64_t homes = sorter_.count() / kFilled + 1;
        File out(path, "wbx");
        std::array<uint32_t, kPlaces> bucket{};
        uint64_t begun = 0, keys = 0, last = 0;
        size_t filled = 0;
        const auto next_bucket = [&] {
            out.write(bucket.data(), kBucketBytes);
            bucket.fill(0);
            filled = 0;
            ++begun;
        };
        sorter_.merged([&](const Posting& posting) {
            if (keys != 0 && posting.key == last) return;
            last = posting.key;
            ++keys;
            const uint64_t home = upper_product(posting.key, homes);
            while (begun < home || filled == kPlaces) next_bucket();
            bucket[filled++] = kept(posting.key);
        });
        while (begun < homes || filled != 0) next_bucket();
        out.close();
        return {homes, keys};
    }

private:
    Sorter sorter_;
    unsigned forms_ = 0;
};

}  // namespace sendguard
