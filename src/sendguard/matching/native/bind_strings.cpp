// StringSearch and Filer for Python.
#include "bind.hpp"
#include "filer.hpp"
#include "string_search.hpp"

namespace sendguard {
namespace {

// A mapped file with its reader, and what to raise if it is damaged.
struct Opened {
    Opened(PyObject* buffer, PyObject* raised, PyObject* where)
        : bytes(buffer), error(raised), path(where) {
        Py_INCREF(raised);
        Py_INCREF(where);
    }

    Buffer bytes;
    Owned error, path;
    std::unique_ptr<StringSearch> search;
};

template <typename Body>
PyObject* answer(PyObject* self, Body&& body) noexcept {
    Opened& opened = held<Opened>(self);
    return guarded(static_cast<PyObject*>(nullptr), opened.error.get(), opened.path.get(),
                   [&] { return body(*opened.search); });
}

PyObject* open_search(PyTypeObject* type, PyObject* arguments, PyObject*) noexcept {
    PyObject *buffer, *parameters, *sections, *error, *path;
    unsigned long long blocks_end, entries;
    if (!PyArg_ParseTuple(arguments, "OKKOOOO", &buffer, &blocks_end, &entries, &parameters,
                          &sections, &error, &path))
        return nullptr;
    return guarded(static_cast<PyObject*>(nullptr), error, path, [&] {
        StringIndexLayout layout{};
        layout.entries = entries;
        uint64_t* const fields[] = {&layout.separator, &layout.distance,     &layout.counts,
                                    &layout.whole,     &layout.long_entries, &layout.longest, &layout.block};
        for (Py_ssize_t i = 0; i < 7; ++i) *fields[i] = number(item(parameters, i).get());
        for (Py_ssize_t i = 0; i < 11; ++i)
            layout.sections[static_cast<size_t>(i)] = section_at(sections, i);
        auto opened = std::make_unique<Opened>(buffer, error, path);
        MappedFile file(opened->bytes.data(), opened->bytes.size(), blocks_end);
        opened->search = std::make_unique<StringSearch>(std::move(file), layout);
        return instance(type, std::move(opened));
    });
}

PyObject* get(PyObject* self, PyObject* id) noexcept {
    return answer(self, [&](const StringSearch& search) {
        const uint64_t wanted = number(id);
        const auto [data, size] = search.raw(wanted);
        PyObject* const string = PyUnicode_DecodeUTF8(
            reinterpret_cast<const char*>(data), static_cast<Py_ssize_t>(size), "surrogatepass");
        if (string == nullptr && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
            PyErr_Clear();
            throw Damaged("has an entry, " + std::to_string(wanted) + ", that is not UTF-8");
        }
        return owned(string).release();
    });
}

PyObject* find(PyObject* self, PyObject* string) noexcept {
    return answer(self, [&](const StringSearch& search) {
        const CodePoints codes(string);
        StringSearch::Session session(search);
        const std::vector<Match>& found = session.find(codes.view());
        Owned list = owned(PyList_New(static_cast<Py_ssize_t>(found.size())));
        for (size_t i = 0; i < found.size(); ++i)
            PyList_SetItem(list.get(), static_cast<Py_ssize_t>(i),
                           owned(PyLong_FromUnsignedLong(found[i].owner)).release());
        return list.release();
    });
}

Owned matches(const Match* begin, const Match* end) {
    Owned list = owned(PyList_New(end - begin));
    for (const Match* match = begin; match != end; ++match) {
        Owned pair = owned(PyTuple_New(2));
        PyTuple_SetItem(pair.get(), 0, owned(PyLong_FromUnsignedLong(match->owner)).release());
        PyTuple_SetItem(pair.get(), 1, owned(PyLong_FromLong(match->distance)).release());
        PyList_SetItem(list.get(), match - begin, pair.release());
    }
    return list;
}

int near_distance(PyObject* object) {
    const uint64_t distance = number(object);
    if (distance != 1 && distance != 2) {
        PyErr_SetString(PyExc_ValueError, "the distance must be 1 or 2");
        throw PythonError();
    }
    return static_cast<int>(distance);
}

PyObject* near_one(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return answer(self, [&](const StringSearch& search) {
        expect_arguments(count, 2);
        const CodePoints codes(arguments[0]);
        const int distance = near_distance(arguments[1]);
        StringSearch::Session session(search);
        const std::vector<Match>& found = session.near(codes.view(), distance);
        return matches(found.data(), found.data() + found.size()).release();
    });
}

PyObject* near_batch(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return answer(self, [&](const StringSearch& search) {
        expect_arguments(count, 2);
        const int distance = near_distance(arguments[1]);
        const StringList strings(arguments[0]);
        std::vector<Match> found;
        std::vector<size_t> ends{0};
        {
            const WithoutGil without_gil;
            StringSearch::Session session(search);
            for (size_t i = 0; i < strings.size(); ++i) {
                const std::vector<Match>& one = session.near(strings[i], distance);
                found.insert(found.end(), one.begin(), one.end());
                ends.push_back(found.size());
            }
        }
        Owned lists = owned(PyList_New(static_cast<Py_ssize_t>(strings.size())));
        for (size_t i = 0; i < strings.size(); ++i)
            PyList_SetItem(lists.get(), static_cast<Py_ssize_t>(i),
                           matches(found.data() + ends[i], found.data() + ends[i + 1]).release());
        return lists.release();
    });
}

template <typename Body>
PyObject* filed(PyObject* self, Body&& body) noexcept {
    return guarded(static_cast<PyObject*>(nullptr), nullptr, nullptr,
                   [&] { return body(held<Filer>(self)); });
}

PyObject* new_filer(PyTypeObject* type, PyObject* arguments, PyObject*) noexcept {
    const char* folder;
    unsigned int separator;
    int distance;
    Py_ssize_t run;
    if (!PyArg_ParseTuple(arguments, "sIin", &folder, &separator, &distance, &run)) return nullptr;
    return guarded(static_cast<PyObject*>(nullptr), nullptr, nullptr, [&] {
        return instance(type, std::make_unique<Filer>(folder, separator, distance, static_cast<size_t>(run)));
    });
}

PyObject* count_entries(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return filed(self, [&](Filer& filer) {
        expect_arguments(count, 2);
        const StringList strings(arguments[0]);
        const uint64_t first = number(arguments[1]);
        {
            const WithoutGil without_gil;
            for (size_t i = 0; i < strings.size(); ++i)
                filer.count(strings[i], static_cast<uint32_t>(first + i));
        }
        Py_RETURN_NONE;
    });
}

// The strings of the file being built: arguments 0 and 1 are the file, and where in it they are.
template <typename Body>
PyObject* filed_from(PyObject* self, PyObject* const* arguments, Py_ssize_t given, Py_ssize_t wanted,
                     Body&& body) noexcept {
    return filed(self, [&](Filer& filer) {
        expect_arguments(given, wanted);
        const Buffer bytes(arguments[0]);
        const Strings strings{section_at(arguments[1], 0), section_at(arguments[1], 1),
                              number(item(arguments[1], 2).get())};
        const Written written(bytes.data(), bytes.size(), strings);
        body(filer, written);
        Py_RETURN_NONE;
    });
}

PyObject* file_words(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return filed_from(self, arguments, count, 2, [&](Filer& filer, const Written& written) {
        const WithoutGil without_gil;
        filer.file_words(written);
    });
}

PyObject* file_entries(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return filed_from(self, arguments, count, 4, [&](Filer& filer, const Written& written) {
        const uint64_t first = number(arguments[2]), last = number(arguments[3]);
        const WithoutGil without_gil;
        filer.file(written, first, last);
    });
}

PyObject* write_table(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return filed(self, [&](Filer& filer) {
        expect_arguments(count, 3);
        const std::string table = utf8(arguments[0]);
        const std::string lines = utf8(arguments[1]), crowded = utf8(arguments[2]);
        uint64_t written;
        {
            const WithoutGil without_gil;
            written = filer.write(table, lines, crowded);
        }
        return PyLong_FromUnsignedLongLong(written);
    });
}

PyObject* seen(PyObject* self, void*) noexcept {
    return filed(self, [&](const Filer& filer) {
        const auto [counts, whole, long_entries, longest] = filer.seen();
        return Py_BuildValue("(KKKK)", static_cast<unsigned long long>(counts),
                             static_cast<unsigned long long>(whole),
                             static_cast<unsigned long long>(long_entries),
                             static_cast<unsigned long long>(longest));
    });
}

PyMethodDef search_methods[] = {
    {"get", get, METH_O, "The string of an id."},
    {"find", find, METH_O, "The ids of a string."},
    {"near", method(near_one), METH_FASTCALL, "The (id, distance) of near misses."},
    {"near_batch", method(near_batch), METH_FASTCALL, "The same for many."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot search_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(open_search)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<Opened>)},
    {Py_tp_methods, search_methods},
    {0, nullptr},
};
PyType_Spec search_spec = {"sendguard.matching._native.StringSearch", sizeof(Instance<Opened>), 0,
                           Py_TPFLAGS_DEFAULT, search_slots};

PyMethodDef filer_methods[] = {
    {"count", method(count_entries), METH_FASTCALL, "Take note of entries from an id on."},
    {"file_words", method(file_words), METH_FASTCALL, "File each distinct right part."},
    {"file", method(file_entries), METH_FASTCALL, "File entries from an id to another."},
    {"write", method(write_table), METH_FASTCALL, "Write the sections of a table."},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef filer_attributes[] = {
    {"seen", seen, nullptr, "What the header says of the entries.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot filer_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(new_filer)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<Filer>)},
    {Py_tp_methods, filer_methods},
    {Py_tp_getset, filer_attributes},
    {0, nullptr},
};
PyType_Spec filer_spec = {"sendguard.matching._native.Filer", sizeof(Instance<Filer>), 0,
                          Py_TPFLAGS_DEFAULT, filer_slots};

}  // namespace

int add_strings(PyObject* module) {
    return add_type(module, "StringSearch", search_spec) < 0 || add_type(module, "Filer", filer_spec) < 0
               ? -1
               : 0;
}

}  // namespace sendguard
