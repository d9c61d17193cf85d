// UTF-8 as Python's "surrogatepass" reads it: lone surrogates are allowed, anything else is strict.
#pragma once

#include "bytes.hpp"
#include "keys.hpp"

namespace sendguard {

inline bool is_ascii(const uint8_t* data, size_t size) {
    uint8_t all = 0;
    for (size_t i = 0; i < size; ++i) all |= data[i];
    return all < 0x80;
}

// Appends the code points to `into`; false if the bytes are not UTF-8.
inline bool decode_utf8(const uint8_t* data, size_t size, std::u32string& into) {
    const size_t begin = into.size();
    into.resize(begin + size);
    char32_t* out = into.data() + begin;
    size_t at = 0;
    while (at < size) {
        const uint32_t lead = data[at++];
        if (lead < 0x80) {
            *out++ = lead;
            continue;
        }
        const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || size - at < more) return false;
        uint32_t code = lead & (0x3Fu >> more);
        for (size_t i = 0; i < more; ++i) {
            if ((data[at] & 0xC0) != 0x80) return false;
            code = code << 6 | (data[at++] & 0x3F);
        }
        if ((more == 2 && code < 0x800) || (more == 3 && (code < 0x10000 || code > 0x10FFFF)))
            return false;
        *out++ = code;
    }
    into.resize(static_cast<size_t>(out - into.data()));
    return true;
}

}  // namespace sendguard
