// The forms under which an identifier is filed: the same ones as in _forms.py, where they are described.
#pragma once

#include <algorithm>

#include "tokens.hpp"

namespace sendguard {

inline constexpr size_t kMostTokens = 10;
inline constexpr size_t kMostBytes = 255;
inline constexpr size_t kMostCharacters = 1000;
inline constexpr size_t kManyDigits = 7;
inline constexpr size_t kBareDigits = 9;

// What counts of a gap: in a form in which the gaps count, and in one in which they do not. Each is one
// character or kNothing.
struct Joint {
    char exact, loose;
    bool dropped;
};

inline Joint joint(const Token& before, const Token& after, char symbol, bool close) {
    const auto among = [&](std::string_view signs) {
        return symbol == kNothing || signs.find(symbol) != signs.npos;
    };
    if (before.last == kDigit || after.first == kDigit) {
        const bool dropped = close && among(" -./()_");
        return {symbol, dropped ? kNothing : symbol, dropped};
    }
    if (!among(" -.'_")) return {symbol, symbol, false};
    const bool ideographs = before.last == kHan && after.first == kHan && among(" ");
    const char blank = ideographs ? kNothing : ' ';
    return {blank, blank, false};
}

inline Joint joint(const Token& before, const Token& after) {
    return joint(before, after, after.symbol, after.close);
}

inline size_t count_digits(std::string_view content) {
    return static_cast<size_t>(std::count_if(content.begin(), content.end(),
                                             [](char c) { return c >= '0' && c <= '9'; }));
}

struct Forms {
    std::vector<std::string> forms, prefixes;
    size_t national = 0;
    bool loose = false;
};

class FormMaker {
public:
    explicit FormMaker(const Folding& folding) : folding_(folding) {}

    // The forms of an identifier; false if it has none.
    bool make(Codes value, Forms& into) {
        into.forms.clear();
        into.prefixes.clear();
        tokens_.clear();
        if (value.size() > kMostCharacters) return false;
        Tokeniser<WideText>(folding_, WideText(value, work_), tokens_).run([] {});
        if (tokens_.empty() || tokens_.size() > kMostTokens) return false;
        contents_.resize(tokens_.size());
        size_t digits = 0;
        for (size_t i = 0; i < tokens_.size(); ++i) {
            contents_[i].clear();
            for (size_t at = tokens_[i].start; at < tokens_[i].end; ++at)
                folding_.append(value[at], contents_[i]);
            if (tokens_[i].digits) digits += count_digits(contents_[i]);
        }
        into.loose = digits >= kManyDigits;
        std::string own = contents_[0], together = own;
        for (size_t i = 1; i < tokens_.size(); ++i) {
            const bool broken = tokens_[i].symbol == kBreak;
            const Joint between = joint(tokens_[i - 1], tokens_[i], broken ? ' ' : tokens_[i].symbol,
                                        broken || tokens_[i].close);
            if (!(into.loose && between.dropped)) into.prefixes.push_back(own);
            const char kept = into.loose ? between.loose : between.exact;
            if (kept != kNothing) own.push_back(kept);
            own += contents_[i];
            together += contents_[i];
        }
        const Token& first = tokens_.front();
        if (tokens_.size() == 1 && digits == 0 && !first.email) into.prefixes.push_back(own);
        into.forms.push_back(own);
        if (digits != 0 && together != own) into.forms.push_back(together);
        into.national = into.forms.size();
        if (into.loose && first.plus && own.size() >= 8 && own.size() <= 15 &&
            count_digits(own) == own.size())
            add_national(own, into);
        for (const std::string& form : into.forms)
            if (form.size() > kMostBytes) return false;
        return true;
    }

private:
    static void add_national(const std::string& digits, Forms& into) {
        constexpr std::string_view kTwo =
            "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 "
            "65 66 81 82 84 86 90 91 92 93 94 95 98";
        const bool two = kTwo.find(digits.substr(0, 2)) != kTwo.npos;
        const std::string number = digits.substr(digits[0] == '1' || digits[0] == '7' ? 1 : two ? 2 : 3);
        into.forms.push_back("00" + digits);
        if (number.size() + 1 >= kManyDigits) into.forms.push_back("0" + number);
        if (number.size() >= kBareDigits) into.forms.push_back(number);
    }

    const Folding& folding_;
    std::vector<Token> tokens_;
    std::vector<std::string> contents_;
    TextWork work_;
};

}  // namespace sendguard
