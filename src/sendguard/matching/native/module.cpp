// The extension module sendguard.matching._native.
#include "bind.hpp"

namespace {

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(sendguard::add_strings)},
    {Py_mod_exec, reinterpret_cast<void*>(sendguard::add_members)},
    {Py_mod_exec, reinterpret_cast<void*>(sendguard::add_identifiers)},
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "The fast core of sendguard.matching.", 0, nullptr, slots,
    nullptr, nullptr, nullptr,
};

}  // namespace

PyMODINIT_FUNC PyInit__native() { return PyModuleDef_Init(&definition); }
