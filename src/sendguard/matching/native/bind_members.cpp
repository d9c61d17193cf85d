// MemberSet and MemberSorter for Python.
#include "bind.hpp"
#include "members.hpp"

namespace sendguard {
namespace {

constexpr uint64_t kPlainContext = context(static_cast<Kind>(kPlainForm));

struct Listed {
    unsigned form = 0;
    uint64_t key = 0;
};

bool is_space(uint8_t byte) { return byte == ' ' || (byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 31); }

uint8_t lower(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; }

// The value of a hexadecimal digit, or 16.
unsigned digit(uint8_t byte) {
    const uint8_t low = lower(byte);
    return byte >= '0' && byte <= '9' ? byte - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10u : 16u;
}

// Form and key of a digest in hexadecimal; false if it is none.
bool read_digest(const uint8_t* data, size_t size, Listed& into) {
    const unsigned form = size == 32 ? 1 : size == 40 ? 2 : size == 64 ? 3 : 0;
    if (form == 0) return false;
    uint64_t first = 0;
    for (size_t i = 0; i < size; ++i) {
        const unsigned value = digit(data[i]);
        if (value == 16) return false;
        // The first eight bytes as a little-endian number.
        if (i < 16) first |= uint64_t{value} << (8 * (i / 2) + (i % 2 == 0 ? 4 : 0));
    }
    into = {form, key(context(static_cast<Kind>(kPlainForm + form)), {first, 0})};
    return true;
}

Listed ascii_value(const uint8_t* data, size_t size) {
    while (size != 0 && is_space(data[0])) ++data, --size;
    while (size != 0 && is_space(data[size - 1])) --size;
    Listed listed;
    if (read_digest(data, size, listed)) return listed;
    uint64_t hash = 0;
    size_t at = 0;
    // Four at a time: otherwise each step waits for the product of the step before.
    for (; at + 4 <= size; at += 4) {
        const uint64_t four = (lower(data[at]) + 1u) * kPowers[3] + (lower(data[at + 1]) + 1u) * kPowers[2] +
                              (lower(data[at + 2]) + 1u) * kPowers[1] + lower(data[at + 3]) + 1u;
        hash = hash * kPowers[4] + four;
    }
    for (; at < size; ++at) hash = hash * kBase + lower(data[at]) + 1u;
    return {0, key(kPlainContext, {hash, size})};
}

// Like fingerprint() in _fingerprints.py. Only ASCII is folded here; Python folds the rest.
Listed fingerprint(PyObject* value) {
    if (!PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "expected a str");
        throw PythonError();
    }
    Py_ssize_t size = 0;
    const char* const data = PyUnicode_AsUTF8AndSize(value, &size);
    if (data != nullptr && size == PyUnicode_GetLength(value))
        return ascii_value(reinterpret_cast<const uint8_t*>(data), static_cast<size_t>(size));
    PyErr_Clear();  // lone surrogates have no UTF-8
    const Owned stripped = owned(PyObject_CallMethod(value, "strip", nullptr));
    const Owned bare = owned(PyObject_CallMethod(stripped.get(), "lower", nullptr));
    std::u32string codes;
    append_codes(bare.get(), codes);
    std::string bytes;
    for (const char32_t code : codes) bytes.push_back(code < 128 ? static_cast<char>(code) : '?');
    Listed listed;
    if (read_digest(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), listed)) return listed;
    return {0, key(kPlainContext, hash_of(codes))};
}

// Calls `use` with each value. The list is the caller's own, but its str may be of a subclass whose
// methods change it, so every access is checked.
template <typename Use>
void each_value(PyObject* values, Use&& use) {
    const Owned list = PyList_Check(values) ? owned(Py_NewRef(values)) : owned(PySequence_List(values));
    for (Py_ssize_t i = 0; i < PyList_Size(list.get()); ++i) {
#if defined(__GNUC__)
        if (i + 12 < PyList_Size(list.get())) {
            const char* const ahead = reinterpret_cast<const char*>(PyList_GetItem(list.get(), i + 12));
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 64);
        }
#endif
        const Owned value(Py_NewRef(PyList_GetItem(list.get(), i)));
        use(value.get());
    }
}

struct OpenedSet {
    OpenedSet(PyObject* buffer, PyObject* raised, PyObject* where) : bytes(buffer), error(raised), path(where) {
        Py_INCREF(raised);
        Py_INCREF(where);
    }

    Buffer bytes;
    Owned error, path;
    std::unique_ptr<MemberSet> set;
};

template <typename Body>
PyObject* answer(PyObject* self, Body&& body) noexcept {
    OpenedSet& opened = held<OpenedSet>(self);
    return guarded(static_cast<PyObject*>(nullptr), opened.error.get(), opened.path.get(),
                   [&] { return body(*opened.set); });
}

PyObject* open_set(PyTypeObject* type, PyObject* arguments, PyObject*) noexcept {
    PyObject *buffer, *sections, *error, *path;
    unsigned long long blocks_end, homes;
    if (!PyArg_ParseTuple(arguments, "OKKOOO", &buffer, &blocks_end, &homes, &sections, &error, &path))
        return nullptr;
    return guarded(static_cast<PyObject*>(nullptr), error, path, [&] {
        auto opened = std::make_unique<OpenedSet>(buffer, error, path);
        MappedFile file(opened->bytes.data(), opened->bytes.size(), blocks_end);
        opened->set = std::make_unique<MemberSet>(std::move(file), homes, section_at(sections, 0),
                                                  section_at(sections, 1), section_at(sections, 2));
        return instance(type, std::move(opened));
    });
}

PyObject* change(PyObject* self, PyObject* const* arguments, Py_ssize_t count) noexcept {
    return answer(self, [&](MemberSet& set) {
        expect_arguments(count, 2);
        const int present = PyObject_IsTrue(arguments[1]);
        if (present < 0) throw PythonError();
        set.change(number(arguments[0]), present != 0);
        return Py_NewRef(Py_None);
    });
}

PyObject* look_up(const MemberSet& set, const std::vector<uint64_t>& keys) {
    std::vector<char> found;
    {
        const WithoutGil without_gil;
        set.contains(keys, found);
    }
    Owned list = owned(PyList_New(static_cast<Py_ssize_t>(found.size())));
    for (size_t i = 0; i < found.size(); ++i)
        PyList_SetItem(list.get(), static_cast<Py_ssize_t>(i), Py_NewRef(found[i] ? Py_True : Py_False));
    return list.release();
}

PyObject* contains_values(PyObject* self, PyObject* values) noexcept {
    return answer(self, [&](const MemberSet& set) {
        std::vector<uint64_t> keys;
        each_value(values, [&](PyObject* value) { keys.push_back(fingerprint(value).key); });
        return look_up(set, keys);
    });
}

PyObject* contains_keys(PyObject* self, PyObject* wanted) noexcept {
    return answer(self, [&](const MemberSet& set) {
        std::vector<uint64_t> keys;
        each_value(wanted, [&](PyObject* key) { keys.push_back(number(key)); });
        return look_up(set, keys);
    });
}

template <typename Body>
PyObject* sorted(PyObject* self, Body&& body) noexcept {
    return guarded(static_cast<PyObject*>(nullptr), nullptr, nullptr,
                   [&] { return body(held<MemberSorter>(self)); });
}

PyObject* new_sorter(PyTypeObject* type, PyObject* arguments, PyObject*) noexcept {
    const char* folder;
    Py_ssize_t run;
    if (!PyArg_ParseTuple(arguments, "sn", &folder, &run)) return nullptr;
    return guarded(static_cast<PyObject*>(nullptr), nullptr, nullptr, [&] {
        return instance(type, std::make_unique<MemberSorter>(folder, static_cast<size_t>(run)));
    });
}

PyObject* add_values(PyObject* self, PyObject* values) noexcept {
    return sorted(self, [&](MemberSorter& sorter) {
        each_value(values, [&](PyObject* value) {
            const Listed listed = fingerprint(value);
            sorter.add(listed.form, listed.key);
        });
        return Py_NewRef(Py_None);
    });
}

PyObject* write_members(PyObject* self, PyObject* path) noexcept {
    return sorted(self, [&](MemberSorter& sorter) {
        const std::string to = utf8(path);
        std::pair<uint64_t, uint64_t> written;
        {
            const WithoutGil without_gil;
            written = sorter.write(to);
        }
        return Py_BuildValue("(KK)", static_cast<unsigned long long>(written.first),
                             static_cast<unsigned long long>(written.second));
    });
}

PyObject* forms(PyObject* self, void*) noexcept {
    return sorted(self, [](const MemberSorter& sorter) { return PyLong_FromUnsignedLong(sorter.forms()); });
}

PyMethodDef set_methods[] = {
    {"change", method(change), METH_FASTCALL, "Lay a change over the file."},
    {"contains_values", contains_values, METH_O, "Whether each value is in the set."},
    {"contains_keys", contains_keys, METH_O, "Whether each key is in the set."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot set_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(open_set)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<OpenedSet>)},
    {Py_tp_methods, set_methods},
    {0, nullptr},
};
PyType_Spec set_spec = {"sendguard.matching._native.MemberSet", sizeof(Instance<OpenedSet>), 0,
                        Py_TPFLAGS_DEFAULT, set_slots};

PyMethodDef sorter_methods[] = {
    {"add", add_values, METH_O, "Take some values."},
    {"write", write_members, METH_O, "Write the table to a new file."},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef sorter_attributes[] = {
    {"forms", forms, nullptr, "The forms that occurred.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot sorter_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(new_sorter)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<MemberSorter>)},
    {Py_tp_methods, sorter_methods},
    {Py_tp_getset, sorter_attributes},
    {0, nullptr},
};
PyType_Spec sorter_spec = {"sendguard.matching._native.MemberSorter", sizeof(Instance<MemberSorter>), 0,
                           Py_TPFLAGS_DEFAULT, sorter_slots};

}  // namespace

int add_members(PyObject* module) {
    return add_type(module, "MemberSet", set_spec) < 0 || add_type(module, "MemberSorter", sorter_spec) < 0
               ? -1
               : 0;
}

}  // namespace sendguard
