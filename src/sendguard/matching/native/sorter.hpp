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

#include "table.hpp"

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

    // The half of the key that tells postings of one line apart.
    uint32_t low() const { return static_cast<uint32_t>(key); }

    bool operator<(const Posting& other) const {
        return std::tie(key, owner, mask) < std::tie(other.key, other.owner, other.mask);
    }
};

// Writes the lines of a table one after the other.
class LineWriter {
public:
    LineWriter(File& lines, File& crowded, uint32_t id_mask, bool masked)
        : lines_(&lines), crowded_(&crowded), id_mask_(id_mask), masked_(masked) {}

    // Writes a line of these postings, and forgets them.
    void write(std::vector<Posting>& postings) {
        std::array<uint32_t, kPlacesInLine> places;
        places.fill(kNoPosting);
        std::sort(postings.begin(), postings.end(), [](const Posting& a, const Posting& b) {
            return std::tuple(a.low(), a.owner, a.mask) < std::tuple(b.low(), b.owner, b.mask);
        });
        if (crowded(postings)) {
            places[1] = unit_;
            places[2] = static_cast<uint32_t>(postings.size());
            write_crowded(postings);
        } else {
            for (size_t i = 0; i < postings.size(); ++i)
                places[i] = (postings[i].low() & ~id_mask_) | postings[i].owner;
        }
        lines_->write(places.data(), sizeof places);
        postings.clear();
    }

private:
    static bool crowded(const std::vector<Posting>& postings) {
        if (postings.size() > kPlacesInLine) return true;
        for (size_t i = kMostOfOneKey; i < postings.size(); ++i)
            if (postings[i].low() == postings[i - kMostOfOneKey].low()) return true;
        return false;
    }

    void write_crowded(const std::vector<Posting>& postings) {
        std::vector<uint32_t> words;
        for (const Posting& posting : postings) words.push_back(posting.low());
        for (const Posting& posting : postings) words.push_back(posting.owner);
        if (masked_)
            for (const Posting& posting : postings) words.push_back(posting.mask);
        while (words.size() % kPlacesInLine != 0) words.push_back(0);
        // At most 2 ** 32 postings of twelve bytes, in lines of five or more: the units can be numbered.
        unit_ += static_cast<uint32_t>(words.size() / kPlacesInLine);
        crowded_->write(words.data(), words.size() * 4);
    }

    File* lines_;
    File* crowded_;
    uint32_t id_mask_;
    bool masked_;
    uint32_t unit_ = 0;
};

class Sorter {
public:
    // `run` postings are sorted in memory at a time.
    Sorter(std::string prefix, size_t run) : prefix_(std::move(prefix)), run_(run) {}

    void add(uint64_t key, uint32_t owner, uint32_t mask = 0) {
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

    // Gives back the memory of what was merged for the last time.
    void forget() { std::vector<Posting>().swap(pending_); }

    // Writes the two sections of a table of so many ids: lines, and what is in none of them.
    void write(const std::string& lines, const std::string& crowded, uint64_t ids, bool masked) {
        const uint64_t count = count_ / kUsualInLine + 1;
        File first(lines, "wbx"), second(crowded, "wbx");
        LineWriter writer(first, second, id_mask(ids), masked);
        uint64_t line = 0;
        std::vector<Posting> postings;
        merged([&](const Posting& posting) {
            for (const uint64_t home = line_of(posting.key, count); line < home; ++line) writer.write(postings);
            postings.push_back(posting);
        });
        for (; line < count; ++line) writer.write(postings);
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
