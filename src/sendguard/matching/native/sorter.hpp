// Postings in any order in, a sorted table out, with bounded memory: the same files as _tables.py.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <queue>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#include "bytes.hpp"

namespace sendguard {

// A file that is written or read in order. Every failure is an exception.
class File {
public:
    File(const std::string& path, const char* mode) : path_(path), file_(std::fopen(path.c_str(), mode)) {
        if (file_ == nullptr) fail();
        std::setvbuf(file_, nullptr, _IOFBF, 1 << 20);
    }
    ~File() {
        if (file_ != nullptr) std::fclose(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void write(const void* data, size_t size) {
        if (std::fwrite(data, 1, size, file_) != size) fail();
    }
    size_t read(void* data, size_t size) {
        const size_t got = std::fread(data, 1, size, file_);
        if (got < size && std::ferror(file_)) fail();
        return got;
    }
    void close() {
        std::FILE* const file = file_;
        file_ = nullptr;
        if (std::fclose(file) != 0) fail();
    }

private:
    [[noreturn]] void fail() const { throw std::system_error(errno, std::generic_category(), path_); }

    std::string path_;
    std::FILE* file_;
};

struct Posting {
    uint64_t key;
    uint32_t owner;
    uint32_t mask;

    bool operator<(const Posting& other) const {
        return std::tie(key, owner, mask) < std::tie(other.key, other.owner, other.mask);
    }
};

class Sorter {
public:
    // `run` postings are sorted in memory at a time.
    Sorter(std::string prefix, size_t run) : prefix_(std::move(prefix)), run_(run) {}

    void add(uint64_t key, uint32_t owner, uint16_t mask = 0) {
        pending_.push_back({key, owner, mask});
        ++count_;
        if (pending_.size() >= run_) spill();
    }

    uint64_t count() const { return count_; }

    // Calls `use` with every posting, sorted.
    template <typename Use>
    void merged(Use&& use) {
        std::sort(pending_.begin(), pending_.end());
        std::vector<Run> runs;
        runs.reserve(runs_);
        for (size_t number = 0; number < runs_; ++number) runs.emplace_back(run_path(number));
        const auto later = [&](size_t a, size_t b) { return runs[b].head() < runs[a].head(); };
        std::priority_queue<size_t, std::vector<size_t>, decltype(later)> heads(later);
        for (size_t number = 0; number < runs.size(); ++number)
            if (runs[number].fill()) heads.push(number);
        auto in_memory = pending_.begin();
        while (!heads.empty()) {
            const size_t number = heads.top();
            heads.pop();
            for (; in_memory != pending_.end() && *in_memory < runs[number].head(); ++in_memory)
                use(*in_memory);
            use(runs[number].head());
            if (runs[number].next()) heads.push(number);
        }
        for (; in_memory != pending_.end(); ++in_memory) use(*in_memory);
    }

    // Writes the two sections of a table.
    void write(const std::string& starts, const std::string& postings, bool masked) {
        const int bits = table_bits();
        File first(starts, "wbx"), second(postings, "wbx");
        uint64_t begun = 0;
        uint32_t number = 0;
        const auto begin_until = [&](uint64_t wanted) {
            for (; begun < wanted; ++begun) first.write(&number, sizeof number);
        };
        std::vector<Posting> bucket;
        const auto end_bucket = [&] {
            for (const Posting& posting : bucket) second.write(&posting.key, 1);
            if (masked)
                for (const Posting& posting : bucket) second.write(&posting.mask, 2);
            for (const Posting& posting : bucket) second.write(&posting.owner, 4);
            number += static_cast<uint32_t>(bucket.size());
            bucket.clear();
        };
        merged([&](const Posting& posting) {
            const uint64_t home = posting.key >> (64 - bits);
            if (home >= begun) {
                end_bucket();
                begin_until(home + 1);
            }
            bucket.push_back(posting);
        });
        end_bucket();
        begin_until((uint64_t{1} << bits) + 1);
        first.close();
        second.close();
    }

private:
    // A sorted run that is read back piece by piece.
    class Run {
    public:
        explicit Run(const std::string& path) : file_(std::make_unique<File>(path, "rb")) {}

        const Posting& head() const { return piece_[at_]; }
        bool next() { return ++at_ < piece_.size() || fill(); }
        bool fill() {
            piece_.resize(1 << 14);
            at_ = 0;
            piece_.resize(file_->read(piece_.data(), piece_.size() * sizeof(Posting)) / sizeof(Posting));
            return !piece_.empty();
        }

    private:
        std::unique_ptr<File> file_;
        std::vector<Posting> piece_;
        size_t at_ = 0;
    };

    int table_bits() const {
        int bits = 0;
        while (count_ / 4 >> (bits + 1) != 0) ++bits;
        return bits < 1 ? 1 : bits;
    }

    std::string run_path(size_t number) const { return prefix_ + ".run" + std::to_string(number); }

    void spill() {
        std::sort(pending_.begin(), pending_.end());
        File out(run_path(runs_++), "wbx");
        out.write(pending_.data(), pending_.size() * sizeof(Posting));
        out.close();
        pending_.clear();
    }

    std::string prefix_;
    size_t run_;
    std::vector<Posting> pending_;
    size_t runs_ = 0;
    uint64_t count_ = 0;
};

}  // namespace sendguard
