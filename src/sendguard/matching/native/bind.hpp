// What the files of the bindings share.
#pragma once

#include "python.hpp"

#include <string_view>
#include <vector>

namespace sendguard {

// The code points of a sequence of strings, copied so that they can be read without the GIL.
class StringList {
public:
    explicit StringList(PyObject* sequence) {
        const Py_ssize_t count = PySequence_Size(sequence);
        if (count < 0) throw PythonError();
        for (Py_ssize_t i = 0; i < count; ++i) {
            append_codes(owned(PySequence_GetItem(sequence, i)).get(), codes_);
            ends_.push_back(codes_.size());
        }
    }

    size_t size() const { return ends_.size() - 1; }
    std::u32string_view operator[](size_t i) const {
        return std::u32string_view(codes_).substr(ends_[i], ends_[i + 1] - ends_[i]);
    }

private:
    std::u32string codes_;
    std::vector<size_t> ends_{0};
};

inline int add_type(PyObject* module, const char* name, PyType_Spec& spec) {
    PyObject* const type = PyType_FromSpec(&spec);
    if (type == nullptr) return -1;
    const int added = PyModule_AddObjectRef(module, name, type);
    Py_DECREF(type);
    return added;
}

inline Owned item(PyObject* sequence, Py_ssize_t at) { return owned(PySequence_GetItem(sequence, at)); }

// An (offset, length).
inline Section section_of(PyObject* pair) {
    return {number(item(pair, 0).get()), number(item(pair, 1).get())};
}

// The same at a place of a sequence.
inline Section section_at(PyObject* sections, Py_ssize_t at) {
    return section_of(item(sections, at).get());
}

int add_identifiers(PyObject* module);
int add_members(PyObject* module);
int add_strings(PyObject* module);

}  // namespace sendguard
