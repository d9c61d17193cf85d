// The native reader of identifiers: the plan of _identifier_search.py.
#pragma once

#include <atomic>

#include "bytes.hpp"
#include "filer.hpp"
#include "forms.hpp"
#include "members.hpp"
#include "utf8.hpp"

namespace sendguard {

inline constexpr uint64_t kOffsetBytes = 5;
inline constexpr uint64_t kPairPlaces = 8;
inline constexpr uint64_t kPairBucket = kPairPlaces * 8;
inline constexpr uint32_t kMark = uint32_t{1} << 31;
inline constexpr uint64_t kMostPairs = kMark - 1;
inline constexpr size_t kMostLength = 127;

// The bits that a key has in its word of a filter.
inline uint64_t filter_bits(uint64_t key) {
    return uint64_t{1} << (key & 63) | uint64_t{1} << (key >> 6 & 63);
}

struct Mention {
    size_t start, end;
    std::vector<uint32_t> pairs;
};

struct IdentifierLayout {
    uint64_t entries, homes, longest;
    std::array<uint64_t, 2> lengths;
    uint64_t loose_prefixes;
    std::array<Section, 6> sections;  // in the order of _engine.py
};

class IdentifierSearch {
public:
    IdentifierSearch(MappedFile file, const IdentifierLayout& layout, Folding folding)
        : file_(std::move(file)),
          folding_(folding),
          layout_(layout),
          strings_(section(0)),
          offsets_(section(1)),
          words_(section(2)),
          forms_(section(3)),
          table_(section(4)),
          shared_(section(5)),
          buckets_(table_.length / kPairBucket) {
        if (layout.entries > kMostPairs || offsets_.length != (2 * layout.entries + 1) * kOffsetBytes)
            throw Damaged("has a section 'offsets' of impossible size");
        check_filter(words_, "words");
        check_filter(forms_, "forms");
        if (table_.length % kPairBucket != 0 || layout.homes < 1 || layout.homes > buckets_)
            throw Damaged("has a table of impossible size");
        if (shared_.length % 4 != 0) throw Damaged("has a section 'shared' of impossible size");
        while (shortest_ < kMostLength && !has_length(shortest_)) ++shortest_;
    }

    // What scans can use one after the other, so that they need not ask for memory each.
    struct Work {
        TextWork text;
        std::vector<Token> tokens;
        std::vector<uint32_t> pairs, best;
        std::string folded;
        std::u32string value;
        Forms forms;
    };

    // Adds the mentions in a text, in order.
    void scan_ascii(const uint8_t* data, size_t size, Work& work, std::vector<Mention>& found) const {
        Scan<AsciiText>(*this, AsciiText(data, size, work.text.masks), work, found).run();
    }
    void scan_codes(Codes codes, Work& work, std::vector<Mention>& found) const {
        Scan<WideText>(*this, WideText(codes, work.text), work, found).run();
    }

    // The pairs of a value that was given, exactly.
    void pairs_of(Codes value, std::vector<uint32_t>& found) const {
        FormMaker maker(folding_);
        Forms forms;
        if (!maker.make(value, forms)) return;
        candidates(key_of(forms.forms[0].data(), forms.forms[0].size()), found);
        std::u32string other;
        found.erase(std::remove_if(found.begin(), found.end(),
                                   [&](uint32_t pair) {
                                       decode(2 * uint64_t{pair}, other);
                                       return other != value;
                                   }),
                    found.end());
    }

    // The UTF-8 of a value (even numbers) or an owner (odd ones).
    std::pair<const uint8_t*, uint64_t> raw(uint64_t number) const {
        if (number >= 2 * layout_.entries) throw Damaged("names an entry that it does not have");
        const uint8_t* const at = file_.read(offsets_, number * kOffsetBytes, 2 * kOffsetBytes);
        const uint64_t begin = load<uint64_t>(at) & 0xFFFFFFFFFF, end = load<uint64_t>(at + 2) >> 24;
        if (begin > end || end > strings_.length) throw Damaged("has an entry that lies outside of it");
        return {file_.read(strings_, begin, end - begin), end - begin};
    }

    [[noreturn]] static void not_utf8(uint64_t number) {
        throw Damaged("has an entry, " + std::to_string(number / 2) + ", that is not UTF-8");
    }

private:
    // One window as it grows: its forms in both ways, as long as something known may go on with them.
    struct Form {
        std::array<char, kMostBytes + 1> data;
        size_t size = 0;
        bool alive = true;

        void push_back(char byte) {
            if (size < data.size()) data[size++] = byte;
        }
        uint64_t key() const { return key_of(data.data(), size); }
    };

    template <typename Text>
    class Scan {
    public:
        Scan(const IdentifierSearch& search, Text text, Work& work, std::vector<Mention>& found)
            : search_(search),
              text_(text),
              found_(found),
              work_(work),
              tokens_(work.tokens),
              pairs_(work.pairs),
              best_(work.best),
              maker_(search.folding_) {
            tokens_.clear();
        }

        void run() {
            Tokeniser<Text>(search_.folding_, text_, tokens_).run([&] { segment(); });
        }

    private:
        void segment() {
            for (const Token& token : tokens_)
                if (token.digits || token.email) search_.prefetch(token.key);
            for (size_t first = 0; first < tokens_.size(); ++first) {
                const Token& token = tokens_[first];
                const bool begins = search_.may_have(search_.words_, token.key);
                if (begins || token.digits || token.email || may_be_loose(first))
                    first = longest(first, begins);
            }
            tokens_.clear();
        }

        // Whether, leaving out what does not count in them, forms of as many bytes are known.
        bool may_be_loose(size_t first) const {
            if (first + 1 == tokens_.size()) return false;
            if (tokens_[first].last != kDigit && tokens_[first + 1].first != kDigit) return false;
            if (search_.layout_.loose_prefixes != 0) return true;
            size_t size = text_.most_bytes(tokens_[first].start, tokens_[first].end);
            for (size_t next = first + 1; next < std::min(first + kMostTokens, tokens_.size()); ++next) {
                const Token& token = tokens_[next];
                if (token.symbol == kBreak || !joint(tokens_[next - 1], token).dropped) return false;
                size += text_.most_bytes(token.start, token.end);
                if (size >= search_.shortest_) return true;
            }
            return false;
        }

        // Notes the longest mention from a token on; returns its last token. `begins` tells whether a form
        // in which gaps count may begin with it.
        size_t longest(size_t first, bool begins) {
            const Token& token = tokens_[first];
            const bool single = search_.may_have(search_.forms_, token.key);
            const bool loosely = may_be_loose(first);
            if (!single && !begins && !loosely) return first;
            exact_.size = 0;
            exact_.alive = true;
            append(exact_, token);
            loose_.size = exact_.size;
            loose_.alive = exact_.alive && (begins || loosely);
            std::memcpy(loose_.data.data(), exact_.data.data(), exact_.size);
            size_t digits = token.digits ? count_digits(content(exact_)) : 0;
            size_t best = first;
            best_.clear();
            if (single && exact_.alive && (digits < kManyDigits || search_.has_length(exact_.size)))
                look_up(token.key, exact_, first, first, digits, best);
            exact_.alive &= begins;
            for (size_t last = first + 1; last < std::min(first + kMostTokens, tokens_.size()); ++last) {
                if (!grow(tokens_[last - 1], tokens_[last], digits)) break;
                const bool loose = digits >= kManyDigits;
                const Form& form = loose ? loose_ : exact_;
                if (!form.alive || (loose && !search_.has_length(form.size))) continue;
                const uint64_t key = form.key();
                if (search_.may_have(search_.forms_, key)) look_up(key, form, first, last, digits, best);
            }
            if (!best_.empty()) found_.push_back({start_of(first), tokens_[best].end, best_});
            return best;
        }

        // Notes the pairs of a window, if there are any.
        void look_up(uint64_t key, const Form& form, size_t first, size_t last, size_t digits, size_t& best) {
            if (!is_whole(first, last, digits)) return;
            confirm(key, content(form), first, last);
            if (pairs_.empty()) return;
            best = last;
            best_.swap(pairs_);
        }

        static std::string_view content(const Form& form) { return {form.data.data(), form.size}; }

        void append(Form& form, const Token& token) const {
            if (!form.alive) return;
            for (size_t at = token.start; at < token.end && form.size <= search_.layout_.longest; ++at)
                search_.folding_.append(text_[at], form);
            form.alive = form.size <= search_.layout_.longest;
        }

        void append(Form& form, char between, const Token& token) const {
            if (form.alive && between != kNothing) form.push_back(between);
            append(form, token);
        }

        // Takes one more token, if something known may go on with it.
        bool grow(const Token& before, const Token& after, size_t& digits) {
            if (after.symbol == kBreak) return false;
            const Joint between = joint(before, after);
            exact_.alive = exact_.alive && search_.may_have(search_.words_, exact_.key());
            loose_.alive =
                loose_.alive && (between.dropped || search_.may_have(search_.words_, loose_.key()));
            if (!exact_.alive && !loose_.alive) return false;
            const size_t exact = exact_.size, loose = loose_.size;
            append(exact_, between.exact, after);
            append(loose_, between.loose, after);
            if (after.digits)
                digits += count_digits(exact_.alive ? content(exact_).substr(exact)
                                                    : content(loose_).substr(loose));
            return exact_.alive || loose_.alive;
        }

        // As is_whole() in _forms.py.
        bool is_whole(size_t first, size_t last, size_t digits) const {
            if (digits == 0) return true;
            std::string_view tight = digits < kManyDigits ? ".,:'/" : ".,:'";
            if (digits < kManyDigits && is_bare(first, last)) tight = ".,:'/ ";
            for (const size_t place : {first, last + 1}) {
                if (place == 0 || place >= tokens_.size()) continue;
                const char edge = tokens_[place].edge;
                if (edge == '-' || edge == '_') return false;
                if (edge != kNothing && tight.find(edge) != tight.npos &&
                    tokens_[place - 1].last == kDigit && tokens_[place].first == kDigit)
                    return false;
            }
            return true;
        }

        bool is_bare(size_t first, size_t last) const {
            for (size_t each = first; each <= last; ++each) {
                std::string& folded = work_.folded;
                folded.clear();
                for (size_t at = tokens_[each].start; at < tokens_[each].end; ++at)
                    search_.folding_.append(text_[at], folded);
                if (tokens_[each].email || count_digits(folded) != folded.size()) return false;
            }
            return true;
        }

        // The pairs whose value has this form; as a national number only where it begins one.
        void confirm(uint64_t key, std::string_view form, size_t first, size_t last) {
            search_.candidates(key, pairs_);
            Forms& forms = work_.forms;
            const size_t start = start_of(first), end = tokens_[last].end;
            const auto is_other = [&](uint32_t pair) {
                const auto [data, size] = search_.raw(2 * uint64_t{pair});
                // What was given just so need not be taken apart again.
                if (text_.stands(start, end, data, size)) return false;
                search_.decode(2 * uint64_t{pair}, work_.value);
                if (!maker_.make(work_.value, forms)) return true;
                const auto begin = forms.forms.begin(), end = forms.forms.end();
                const auto at = std::find(begin, end, form);
                return at == end || (at - begin >= static_cast<std::ptrdiff_t>(forms.national) &&
                                     !begins_a_number(first));
            };
            pairs_.erase(std::remove_if(pairs_.begin(), pairs_.end(), is_other), pairs_.end());
        }

        // A plus sign belongs to the number behind it.
        size_t start_of(size_t first) const {
            const Token& token = tokens_[first];
            return token.start - (token.plus && token.first == kDigit ? 1 : 0);
        }

        // Whether no plus and no other group of digits stands before a number.
        bool begins_a_number(size_t first) const {
            const Token& token = tokens_[first];
            if (token.plus) return false;
            if (first == 0 || tokens_[first - 1].last != kDigit || token.symbol == kBreak) return true;
            return !joint(tokens_[first - 1], token).dropped;
        }

        const IdentifierSearch& search_;
        Text text_;
        std::vector<Mention>& found_;
        Work& work_;
        std::vector<Token>& tokens_;
        std::vector<uint32_t>& pairs_;
        std::vector<uint32_t>& best_;
        FormMaker maker_;
        Form exact_, loose_;
    };

    Section section(size_t number) const {
        const Section& given = layout_.sections[number];
        return file_.section(given.offset, given.length);
    }

    static void check_filter(const Section& filter, const char* name) {
        if (filter.offset % 8 != 0 || filter.length % 8 != 0 || filter.length == 0)
            throw Damaged("has a filter '" + std::string(name) + "' of impossible size");
    }

    bool has_length(size_t size) const {
        const size_t length = std::min(size, kMostLength);
        return layout_.lengths[length / 64] >> (length % 64) & 1;
    }

    // Hints that a key will be looked up among the forms.
    void prefetch(uint64_t key) const {
        file_.prefetch(forms_, upper_product(key, forms_.length / 8) * 8);
        file_.prefetch(table_, upper_product(key, layout_.homes) * kPairBucket);
    }

#if defined(__GNUC__)
    [[gnu::always_inline]]  // once for each word of a text
#endif
    bool may_have(const Section& filter, uint64_t key) const {
        const uint64_t wanted = filter_bits(key);
        return (file_.word(filter, upper_product(key, filter.length / 8)) & wanted) == wanted;
    }

    // The pairs that are filed under a key, and maybe others.
    void candidates(uint64_t key, std::vector<uint32_t>& into) const {
        into.clear();
        const uint32_t wanted = kept(key);
        for (uint64_t number = upper_product(key, layout_.homes); number < buckets_; ++number) {
            const uint8_t* const bucket = file_.read(table_, number * kPairBucket, kPairBucket);
            for (uint64_t i = 0; i < kPairPlaces; ++i) {
                if (load<uint32_t>(bucket + i * 4) != wanted) continue;
                const uint32_t place = load<uint32_t>(bucket + (kPairPlaces + i) * 4);
                if ((place & kMark) == 0) {
                    into.push_back(place);
                } else {
                    group(place & ~kMark, into);
                }
            }
            if (load<uint32_t>(bucket + (kPairPlaces - 1) * 4) == 0) return;
        }
    }

    void group(uint64_t place, std::vector<uint32_t>& into) const {
        for (;; ++place) {
            const uint32_t pair = load<uint32_t>(file_.read(shared_, place * 4, 4));
            into.push_back(pair & ~kMark);
            if ((pair & kMark) != 0) return;
        }
    }

    void decode(uint64_t number, std::u32string& into) const {
        const auto [data, size] = raw(number);
        into.clear();
        if (!decode_utf8(data, size, into)) not_utf8(number);
    }

    MappedFile file_;
    Folding folding_;
    IdentifierLayout layout_;
    Section strings_, offsets_, words_, forms_, table_, shared_;
    uint64_t buckets_;
    size_t shortest_ = 0;  // the length of the shortest form in which gaps do not count
};

}  // namespace sendguard
