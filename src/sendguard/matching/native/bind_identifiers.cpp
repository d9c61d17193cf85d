// IdentifierSearch and PairFiler for Python.
#include "bind.hpp"
#include "identifier_filer.hpp"
#include "identifiers.hpp"

namespace sendguard {
namespace {

// A mapped file with its reader, the table of folding, and what to raise if the file is damaged.
struct OpenedIdentifiers {
    OpenedIdentifiers(PyObject* buffer, PyObject* table, PyObject* raised, PyObject* where)
        : bytes(buffer), folding(table), error(raised), path(where) {
        Py_INCREF(raised);
        Py_INCREF(where);
    }

    Buffer bytes, folding;
    Owned error, path, is_ascii{owned(PyUnicode_InternFromString("isascii"))};
    std::unique_ptr<IdentifierSearch> search;
};

template <typename Body>
PyObject* answer(PyObject* self, Body&& body) noexcept {
    OpenedIdentifiers& opened = held<OpenedIdentifiers>(self);
    return guarded(static_cast<PyObject*>(nullptr), opened.error.get(), opened.path.get(),
                   [&] { return body(*opened.search); });
}

PyObject* open_identifiers(PyTypeObject* type, PyObject* arguments, PyObject*) noexcept {
    PyObject *buffer, *parameters, *sections, *folding, *error, *path;
    unsigned long long blocks_end, entries;
    if (!PyArg_ParseTuple(arguments, "OKKOOOOO", &buffer, &blocks_end, &entries, &parameters, &sections,
                          &folding, &error, &path))
        return nullptr;
    return guarded(static_cast<PyObject*>(nullptr), error, path, [&] {
        IdentifierLayout layout{};
        layout.entries = entries;
        uint64_t* const fields[] = {&layout.homes, &layout.longest, &layout.lengths[0], &layout.lengths[1],
                                    &layout.loose_prefixes};
        for (Py_ssize_t i = 0; i < 5; ++i) *fields[i] = number(item(parameters, i + 1).get());
        for (Py_ssize_t i = 0; i < 6; ++i)
            layout.sections[static_cast<size_t>(i)] = section_at(sections, i);
        auto opened = std::make_unique<OpenedIdentifiers>(buffer, folding, error, path);
        MappedFile file(opened->bytes.data(), opened->bytes.size(), blocks_end);
        opened->search = std::make_unique<IdentifierSearch>(
            std::move(file), layout, Folding(opened->folding.data(), opened->folding.size()));
        return instance(type, std::move(opened));
    });
}

Owned string(const IdentifierSearch& search, uint64_t wanted) {
    const auto [data, size] = search.raw(wanted);
    PyObject* const decoded = PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(data),
                                                   static_cast<Py_ssize_t>(size), "surrogatepass");
    if (decoded == nullptr && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
        PyErr_Clear();
        IdentifierSearch::not_utf8(wanted);
    }
    return owned(decoded);
}

// The owners of some pairs, sorted, without duplicates.
Owned owners(const IdentifierSearch& search, const std::vector<uint32_t>& pairs) {
    if (pairs.size() == 1) {
        Owned tuple = owned(PyTuple_New(1));
        PyTuple_SetItem(tuple.get(), 0, string(search, 2 * uint64_t{pairs[0]} + 1).release());
        return tuple;
    }
    const Owned set = owned(PySet_New(nullptr));
    for (const uint32_t pair : pairs)
        if (PySet_Add(set.get(), string(search, 2 * uint64_t{pair} + 1).get()) < 0) throw PythonError();
    const Owned list = owned(PySequence_List(set.get()));
    if (PyList_Sort(list.get()) < 0) throw PythonError();
    return owned(PyList_AsTuple(list.get()));
}

Owned mentions(const IdentifierSearch& search, const Mention* begin, const Mention* end) {
    Owned list = owned(PyList_New(end - begin));
    for (const Mention* mention = begin; mention != end; ++mention) {
        Owned fields = owned(PyTuple_New(4));
        PyTuple_SetItem(fields.get(), 0, owned(PyLong_FromSize_t(mention->start)).release());
        PyTuple_SetItem(fields.get(), 1, owned(PyLong_FromSize_t(mention->end)).release());
        PyTuple_SetItem(fields.get(), 2, string(search, 2 * uint64_t{mention->pairs[0]}).release());
        PyTuple_SetItem(fields.get(), 3, owners(search, mention->pairs).release());
        PyList_SetItem(list.get(), mention - begin, fields.release());
    }
    return list;
}

// A text that can be read without the GIL: the bytes of an ASCII str itself, which this keeps alive, or a
// copy of the code points of another.
class ReadableText {
public:
    ReadableText(PyObject* text, PyObject* is_ascii) {
        if (!PyUnicode_Check(text)) {
            PyErr_SetString(PyExc_TypeError, "expected a str");
            throw PythonError();
        }
        const Owned ascii = owned(PyObject_CallMethodObjArgs(text, is_ascii, nullptr));
        if (ascii.get() == Py_True) {
            Py_ssize_t size = 0;
            const char* const data = PyUnicode_AsUTF8AndSize(text, &size);
            if (data == nullptr) throw PythonError();
            data_ = reinterpret_cast<const uint8_t*>(data);
            size_ = static_cast<size_t>(size);
            text_.reset(Py_NewRef(text));
        } else {
            append_codes(text, codes_);
        }
    }

    void scan(const IdentifierSearch& search, IdentifierSearch::Work& work,
              std::vector<Mention>& found) const {
        if (text_ != nullptr) {
            search.scan_ascii(data_, size_, work, found);
        } else {
            search.scan_codes(codes_, work, found);
        }
    }

private:
    Owned text_;
    const uint8_t* data_ = nullptr;
    size_t size_ = 0;
    std::u32string codes_;
};

PyObject* scan(PyObject* self, PyObject* text) noexcept {
    return answer(self, [&](const IdentifierSearch& search) {
        std::vector<Mention> found;
        IdentifierSearch::Work work;
        ReadableText(text, held<OpenedIdentifiers>(self).is_ascii.get()).scan(search, work, found);
        return mentions(search, found.data(), found.data() + found.size()).release();
    });
}

PyObject* scan_batch(PyObject* self, PyObject* texts) noexcept {
    return answer(self, [&](const IdentifierSearch& search) {
        std::vector<ReadableText> readable;
        const Py_ssize_t count = PySequence_Size(texts);
        if (count < 0) throw PythonError();
        PyObject* const is_ascii = held<OpenedIdentifiers>(self).is_ascii.get();
        readable.reserve(static_cast<size_t>(count));
        for (Py_ssize_t i = 0; i < count; ++i) readable.emplace_back(item(texts, i).get(), is_ascii);
        std::vector<Mention> found;
        std::vector<size_t> ends{0};
        {
            const WithoutGil without_gil;
            IdentifierSearch::Work work;
            for (const ReadableText& text : readable) {
                text.scan(search, work, found);
                ends.push_back(found.size());
            }
        }
        Owned lists = owned(PyList_New(static_cast<Py_ssize_t>(readable.size())));
        for (size_t i = 0; i < readable.size(); ++i)
            PyList_SetItem(lists.get(), static_cast<Py_ssize_t>(i),
                           mentions(search, found.data() + ends[i], found.data() + ends[i + 1]).release());
        return lists.release();
    });
}

PyObject* owners_of(PyObject* self, PyObject* value) noexcept {
    return answer(self, [&](const IdentifierSearch& search) {
        std::u32string codes;
        append_codes(value, codes);
        std::vector<uint32_t> pairs;
        search.pairs_of(codes, pairs);
        return owners(search, pairs).release();
    });
}

// The builder, and the table of folding that it reads.
struct HeldFiler {
    HeldFiler(const char* folder, size_t run, PyObject* table)
        : folding(table), filer(folder, run, Folding(folding.data(), folding.size())) {}

    Buffer folding;
    PairFiler filer;
};

template <typename Body>
PyObject* filed(PyObject* self, Body&& body) noexcept {
    return guarded(static_cast<PyObject*>(nullptr), nullptr, nullptr,
                   [&] { return body(held<HeldFiler>(self).filer); });
}

PyObject* new_pair_filer(PyTypeObject* type, PyObject* arguments, PyObject*) noexcept {
    const char* folder;
    Py_ssize_t run;
    PyObject* folding;
    if (!PyArg_ParseTuple(arguments, "snO", &folder, &run, &folding)) return nullptr;
    return guarded(static_cast<PyObject*>(nullptr), nullptr, nullptr, [&] {
        return instance(type, std::make_unique<HeldFiler>(folder, static_cast<size_t>(run), folding));
    });
}

PyObject* file_values(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return filed(self, [&](PairFiler& filer) {
        expect_arguments(count, 2);
        const StringList values(arguments[0]);
        const uint64_t first = number(arguments[1]);
        size_t fit = 0;
        {
            const WithoutGil without_gil;
            while (fit < values.size() && filer.file(values[fit], static_cast<uint32_t>(first + fit))) ++fit;
        }
        return PyLong_FromSize_t(fit);
    });
}

PyObject* write_pairs(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return filed(self, [&](PairFiler& filer) {
        expect_arguments(count, 3);
        const Buffer bytes(arguments[0]);
        const uint64_t strings = number(arguments[1]), offsets = number(arguments[2]);
        uint64_t homes;
        {
            const WithoutGil without_gil;
            homes = filer.write(bytes.data(), bytes.size(), strings, offsets);
        }
        return PyLong_FromUnsignedLongLong(homes);
    });
}

PyObject* seen_forms(PyObject* self, void*) noexcept {
    return filed(self, [&](const PairFiler& filer) {
        const auto [longest, low, high, prefixes] = filer.seen();
        return Py_BuildValue("(KKKK)", static_cast<unsigned long long>(longest),
                             static_cast<unsigned long long>(low), static_cast<unsigned long long>(high),
                             static_cast<unsigned long long>(prefixes));
    });
}

PyMethodDef search_methods[] = {
    {"scan", scan, METH_O, "Start, end, value and owners of each mention."},
    {"scan_batch", scan_batch, METH_O, "The same for many."},
    {"owners", owners_of, METH_O, "The owners of a value."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot search_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(open_identifiers)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<OpenedIdentifiers>)},
    {Py_tp_methods, search_methods},
    {0, nullptr},
};
PyType_Spec search_spec = {"sendguard.matching._native.IdentifierSearch", sizeof(Instance<OpenedIdentifiers>),
                           0, Py_TPFLAGS_DEFAULT, search_slots};

PyMethodDef filer_methods[] = {
    {"file", method(file_values), METH_FASTCALL, "File the values of some pairs."},
    {"write", method(write_pairs), METH_FASTCALL, "Write the sections."},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef filer_attributes[] = {
    {"seen", seen_forms, nullptr, "What the header says of the forms.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot filer_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(new_pair_filer)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<HeldFiler>)},
    {Py_tp_methods, filer_methods},
    {Py_tp_getset, filer_attributes},
    {0, nullptr},
};
PyType_Spec filer_spec = {"sendguard.matching._native.PairFiler", sizeof(Instance<HeldFiler>), 0,
                          Py_TPFLAGS_DEFAULT, filer_slots};

}  // namespace

int add_identifiers(PyObject* module) {
    return add_type(module, "IdentifierSearch", search_spec) < 0 ||
                   add_type(module, "PairFiler", filer_spec) < 0
               ? -1
               : 0;
}

}  // namespace sendguard
