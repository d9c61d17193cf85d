// Reads damaged and forged files with the native readers, as often as one likes, under sanitizers.
//
//     fuzz_readers EXECUTIONS FIRST FOLDING FILE QUERIES [FILE QUERIES ...]
//
// Each execution takes one of the whole files, spoils some of it where a reader looks (numbers of the
// header, the section table, numbers and bytes within sections, whole blocks), repairs the checksums of
// what it spoilt, so that the checksums are not what stops it, asks the reader some of the queries, one
// on a line, and puts the file right again. A reader may answer or say that the file is damaged.
// Anything else is a finding, which ends the run. An execution depends on nothing but its number, which
// is printed: give it as FIRST, with the same files, to see it again. FOLDING is the table of folding.
//
// To fuzz a further kind of file, add its reader to `kReaders`.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "identifiers.hpp"
#include "members.hpp"
#include "string_search.hpp"

namespace {

using sendguard::Damaged;
using sendguard::Section;

constexpr uint64_t kBlock = sendguard::MappedFile::kBlock;
constexpr uint64_t kSectionsAt = 256;
constexpr uint64_t kSectionBytes = 32;
constexpr uint64_t kReported = 250'000;  // after so many executions, what came of them is printed

// SplitMix64: good enough numbers from a number.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t value = state_ += 0x9E3779B97F4A7C15;
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
    uint64_t below(uint64_t limit) { return limit == 0 ? 0 : next() % limit; }

private:
    uint64_t state_;
};

// What the Python side reads from the header and hands over, but for its checks.
struct Header {
    explicit Header(const uint8_t* data)
        : kind(sendguard::load<uint16_t>(data + 10)),
          entries(sendguard::load<uint64_t>(data + 24)),
          blocks_end(sendguard::load<uint64_t>(data + 32)) {
        for (uint64_t i = 0; i < 16; ++i) parameters[i] = sendguard::load<uint64_t>(data + 48 + 8 * i);
        const uint64_t count = std::min<uint64_t>(sendguard::load<uint32_t>(data + 44), 100);
        for (uint64_t i = 0; i < count; ++i) {
            const uint8_t* const at = data + kSectionsAt + i * kSectionBytes;
            const std::string name(reinterpret_cast<const char*>(at), 16);
            sections[name.substr(0, name.find('\0'))] = {sendguard::load<uint64_t>(at + 16),
                                                         sendguard::load<uint64_t>(at + 24)};
        }
    }

    Section section(const char* name) const {
        const auto found = sections.find(name);
        if (found == sections.end()) throw Damaged("lacks a section");
        return found->second;
    }

    unsigned kind;
    uint64_t entries, blocks_end;
    std::array<uint64_t, 16> parameters;
    std::map<std::string, Section> sections;
};

// What the readers are asked, and the table of folding that those of identifiers need.
struct Questions {
    std::vector<std::u32string> queries;
    sendguard::Folding folding;

    const std::u32string& any(Random& random) const { return queries[random.below(queries.size())]; }
};
using Reader = void (*)(sendguard::MappedFile, const Header&, const Questions&, Random&);

// An answer that no reader may give, whatever the file says.
struct Wrong : std::logic_error {
    using std::logic_error::logic_error;
};

void read_strings(sendguard::MappedFile file, const Header& header, const Questions& questions, Random& random) {
    const auto& given = header.parameters;
    const sendguard::StringIndexLayout layout{
        header.entries, given[0], given[1], given[2], given[3], given[4], given[5], given[6],
        {header.section("strings"), header.section("overflow"), header.section("words"),
         header.section("known"), header.section("popular"), header.section("entries.lines"),
         header.section("entries.crowded"), header.section("words.lines"), header.section("words.crowded"),
         header.section("halves.lines"), header.section("halves.crowded")}};
    const sendguard::StringSearch search(std::move(file), layout);
    sendguard::StringSearch::Session session(search);
    session.near(questions.any(random), 1 + static_cast<int>(random.below(2)));
    session.find(questions.any(random));
    search.raw(random.below(header.entries + 1));
}

void read_members(sendguard::MappedFile file, const Header& header, const Questions& questions, Random& random) {
    sendguard::MemberSet set(std::move(file), header.parameters[0], header.section("table"),
                             header.section("added"), header.section("removed"));
    std::vector<uint64_t> keys;
    for (size_t i = 0; i < 8; ++i) {
        const auto& query = questions.any(random);
        const auto plain = static_cast<sendguard::Kind>(sendguard::kPlainForm);
        keys.push_back(i % 2 ? random.next() : sendguard::key(sendguard::context(plain), sendguard::hash_of(query)));
    }
    std::vector<char> found;
    set.contains(keys, found);
}

// A value or an owner, as the binding turns it into a str.
void read_string(const sendguard::IdentifierSearch& search, uint64_t number, std::u32string& into) {
    const auto [data, size] = search.raw(number);
    into.clear();
    if (!sendguard::decode_utf8(data, size, into)) sendguard::IdentifierSearch::not_utf8(number);
}

void read_identifiers(sendguard::MappedFile file, const Header& header, const Questions& questions, Random& random) {
    const auto& given = header.parameters;
    const sendguard::IdentifierLayout layout{
        header.entries, given[1], given[2], {given[3], given[4]}, given[5],
        {header.section("strings"), header.section("offsets"), header.section("words"), header.section("forms"),
         header.section("table"), header.section("shared")}};
    const sendguard::IdentifierSearch search(std::move(file), layout, questions.folding);
    std::u32string text;
    for (uint64_t parts = 1 + random.below(6); parts != 0; --parts) {
        text += questions.any(random);
        if (parts != 1) text += U" ,\n.-"[random.below(5)];
    }
    // In memory that ends where the text ends, so that reading on is noticed.
    const std::vector<char32_t> wide(text.begin(), text.end());
    const std::vector<uint8_t> narrow(text.begin(), text.end());
    const bool ascii = std::all_of(text.begin(), text.end(), [](char32_t code) { return code < 128; });
    sendguard::IdentifierSearch::Work work;
    std::vector<sendguard::Mention> found;
    if (ascii && random.below(4) != 0) {
        search.scan_ascii(narrow.data(), narrow.size(), work, found);
    } else {
        search.scan_codes({wide.data(), wide.size()}, work, found);
    }
    size_t end = 0;
    std::u32string decoded;
    for (const sendguard::Mention& mention : found) {
        if (mention.start < end || mention.end <= mention.start || mention.end > text.size() || mention.pairs.empty())
            throw Wrong("a mention overlaps another, lies outside of the text, or has no pair");
        end = mention.end;
        for (const uint32_t pair : mention.pairs)
            for (const uint64_t side : {0, 1}) read_string(search, 2 * uint64_t{pair} + side, decoded);
    }
    std::vector<uint32_t> pairs;
    search.pairs_of(questions.any(random), pairs);
    read_string(search, random.below(2 * header.entries + 2), decoded);
}

const std::map<unsigned, Reader> kReaders = {{1, read_strings}, {2, read_members}, {3, read_identifiers}};

std::vector<uint8_t> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// One whole file, of which some blocks are spoilt for the length of an execution.
class Target {
public:
    Target(const std::string& path, const std::string& queries, const sendguard::Folding& folding)
        : whole_(read_file(path)), now_(whole_), questions_{{}, folding} {
        std::u32string all;
        const std::vector<uint8_t> lines = read_file(queries);
        if (!sendguard::decode_utf8(lines.data(), lines.size(), all)) throw Damaged("has queries that are not UTF-8");
        for (size_t begin = 0, end = 0; begin < all.size(); begin = end + 1) {
            end = std::min(all.find(U'\n', begin), all.size());
            questions_.queries.push_back(all.substr(begin, end - begin));
        }
        const Header header(whole_.data());
        kind_ = header.kind;
        end_ = header.blocks_end;
        for (const auto& named : header.sections) sections_.push_back(named.second);
        for (uint64_t at = 0; at < end_; at += kBlock) {
            const uint32_t crc = sendguard::load<uint32_t>(whole_.data() + end_ + at / kBlock * 4);
            if (sendguard::block_crc32.by_tables(whole_.data() + at) != crc ||
                sendguard::block_crc32(whole_.data() + at) != crc)
                throw Damaged("has checksums that one of the ways to reckon them does not give");
        }
    }

    void spoil(Random& random) {
        for (uint64_t turns = uint64_t{1} << random.below(4); turns != 0; --turns) spoil_once(random);
        std::sort(spoilt_.begin(), spoilt_.end());
        spoilt_.erase(std::unique(spoilt_.begin(), spoilt_.end()), spoilt_.end());
        for (const uint64_t block : spoilt_) {
            const uint32_t crc = sendguard::block_crc32(now_.data() + block * kBlock);
            std::memcpy(now_.data() + end_ + block * 4, &crc, 4);
        }
    }

    // The files are looked at in memory that ends where they end, so that reading on is noticed.
    bool read(Random& random) const {
        try {
            const Header header(now_.data());
            kReaders.at(kind_)(sendguard::MappedFile(now_.data(), now_.size(), header.blocks_end), header,
                               questions_, random);
            return true;
        } catch (const Damaged&) {
            return false;
        }
    }

    void restore() {
        for (const uint64_t block : spoilt_) {
            copy(block * kBlock, kBlock);
            copy(end_ + block * 4, 4);
        }
        spoilt_.clear();
    }

private:
    void copy(uint64_t at, uint64_t size) { std::memcpy(now_.data() + at, whole_.data() + at, size); }

    void write(uint64_t at, uint64_t value, uint64_t size) {
        if (at + size > end_) return;
        std::memcpy(now_.data() + at, &value, size);
        spoilt_.push_back(at / kBlock);
        spoilt_.push_back((at + size - 1) / kBlock);
    }

    // A number that readers may not expect, near one that was there.
    uint64_t number(uint64_t was, Random& random) const {
        switch (random.below(8)) {
            case 0: return 0;
            case 1: return ~uint64_t{0};
            case 2: return was + 1;
            case 3: return was - 1;
            case 4: return was ^ uint64_t{1} << random.below(64);
            case 5: return now_.size() - random.below(3) * kBlock;
            case 6: return random.below(kBlock * 4);
            default: return random.next() >> random.below(64);
        }
    }

    void spoil_number(uint64_t at, uint64_t size, Random& random) {
        if (at + 8 > end_) return;
        write(at, number(sendguard::load<uint64_t>(now_.data() + at), random), size);
    }

    void spoil_once(Random& random) {
        const Section& section = sections_[random.below(sections_.size())];
        const uint64_t length = std::max<uint64_t>(section.length, 1);
        switch (random.below(10)) {
            case 0: return spoil_number(24 + 8 * random.below(2), 8, random);   // entries, where blocks end
            case 1: return spoil_number(48 + 8 * random.below(16), 8, random);  // parameters
            case 2:                                                             // section table
                return spoil_number(kSectionsAt + 16 + 8 * random.below(2) +
                                        kSectionBytes * random.below(sections_.size()),
                                    8, random);
            case 3: return write(section.offset + random.below(length), random.next(), 1);
            case 4: {  // a block in place of another
                const uint64_t from = random.below(end_ / kBlock), to = random.below(end_ / kBlock);
                if (to == 0) return;
                std::memmove(now_.data() + to * kBlock, now_.data() + from * kBlock, kBlock);
                spoilt_.push_back(to);
                return;
            }
            case 5: {  // a line of a table, as one that leads elsewhere
                const uint64_t line = section.offset + random.below(length / 64) * 64;
                write(line, 0xFFFFFFFF, 4);
                write(line + 4, random.below(section.length / 32), 4);
                return write(line + 8, random.below(2) ? random.below(200) : random.next(), 4);
            }
            default: return spoil_number(section.offset + random.below(length) / 4 * 4, random.below(2) ? 4 : 8, random);
        }
    }

    std::vector<uint8_t> whole_, now_;
    Questions questions_;
    unsigned kind_;
    uint64_t end_;
    std::vector<Section> sections_;
    std::vector<uint64_t> spoilt_;
};

uint64_t execution;

void say_which(int) { std::fprintf(stderr, "in execution %llu\n", static_cast<unsigned long long>(execution)); }

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 6 || count % 2 != 0) {
        std::fprintf(stderr, "usage: fuzz_readers EXECUTIONS FIRST FOLDING FILE QUERIES [FILE QUERIES ...]\n");
        return 2;
    }
    std::signal(SIGABRT, say_which);  // as which the sanitizers end, with abort_on_error=1
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
    const uint64_t executions = std::stoull(arguments[1]), first = std::stoull(arguments[2]);
    const std::vector<uint8_t> table = read_file(arguments[3]);
    const sendguard::Folding folding(table.data(), table.size());
    std::vector<Target> targets;
    for (int i = 4; i < count; i += 2) targets.emplace_back(arguments[i], arguments[i + 1], folding);
    const auto begun = std::chrono::steady_clock::now();
    uint64_t answered = 0;
    double slowest = 0;  // seconds of CPU
    uint64_t slowest_was = first;
    try {
        for (execution = first; execution < first + executions; ++execution) {
            Random random(execution);
            Target& target = targets[random.below(targets.size())];
            const std::clock_t start = std::clock();
            target.spoil(random);
            answered += target.read(random);
            target.restore();
            const double taken = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
            if (taken > slowest) {
                slowest = taken;
                slowest_was = execution;
            }
            const uint64_t done = execution - first + 1;
            if (done % kReported == 0 || done == executions)
                std::printf("%llu executions in %.0f s: %llu answered, %llu refused, none failed; "
                            "the slowest, %llu, took %.1f ms\n",
                            static_cast<unsigned long long>(done), seconds_since(begun),
                            static_cast<unsigned long long>(answered),
                            static_cast<unsigned long long>(done - answered),
                            static_cast<unsigned long long>(slowest_was), slowest * 1e3);
        }
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        say_which(0);
        return 1;
    }
    return 0;
}
