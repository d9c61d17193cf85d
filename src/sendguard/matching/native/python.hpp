// What the bindings need of Python's C API, within the limited API of 3.11: exceptions, strings,
// buffers, and types whose instances hold one C++ object.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <array>
#include <memory>
#include <new>
#include <string>
#include <system_error>

#include "bytes.hpp"

namespace sendguard {

// A Python exception is set; unwinds to the boundary.
struct PythonError {};

struct Release {
    void operator()(PyObject* object) const { Py_XDECREF(object); }
};
using Owned = std::unique_ptr<PyObject, Release>;

inline Owned owned(PyObject* object) {
    if (object == nullptr) throw PythonError();
    return Owned(object);
}

// Runs `body`; whatever it throws becomes a Python exception and `failed` is returned. A Damaged file
// is raised as error(path, problem).
template <typename Body, typename Result>
Result guarded(Result failed, PyObject* error, PyObject* path, Body&& body) noexcept {
    try {
        return body();
    } catch (const PythonError&) {
    } catch (const Damaged& damaged) {
        if (error == nullptr) {
            PyErr_SetString(PyExc_ValueError, damaged.what());
        } else {
            PyObject* const arguments = Py_BuildValue("(Os)", path, damaged.what());
            if (arguments != nullptr) PyErr_SetObject(error, arguments);
            Py_XDECREF(arguments);
        }
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::system_error& failure) {
        errno = failure.code().value();
        PyErr_SetFromErrno(PyExc_OSError);
    } catch (const std::exception& failure) {
        PyErr_SetString(PyExc_RuntimeError, failure.what());
    }
    return failed;
}

// Lets other threads run while it lives.
class WithoutGil {
public:
    WithoutGil() : state_(PyEval_SaveThread()) {}
    ~WithoutGil() { PyEval_RestoreThread(state_); }
    WithoutGil(const WithoutGil&) = delete;
    WithoutGil& operator=(const WithoutGil&) = delete;

private:
    PyThreadState* state_;
};

// A read-only view of an object's bytes, which stays valid while this lives.
class Buffer {
public:
    explicit Buffer(PyObject* object) {
        if (PyObject_GetBuffer(object, &view_, PyBUF_SIMPLE) < 0) throw PythonError();
    }
    ~Buffer() { PyBuffer_Release(&view_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    const uint8_t* data() const { return static_cast<const uint8_t*>(view_.buf); }
    uint64_t size() const { return static_cast<uint64_t>(view_.len); }

private:
    Py_buffer view_;
};

// Appends the code points of a str.
inline void append_codes(PyObject* string, std::u32string& into) {
    if (!PyUnicode_Check(string)) {
        PyErr_SetString(PyExc_TypeError, "expected a str");
        throw PythonError();
    }
    const Py_ssize_t length = PyUnicode_GetLength(string);
    const size_t begin = into.size();
    into.resize(begin + static_cast<size_t>(length));
    if (length == 0) return;
    static_assert(sizeof(char32_t) == sizeof(Py_UCS4));
    if (PyUnicode_AsUCS4(string, reinterpret_cast<Py_UCS4*>(into.data() + begin), length, 0) == nullptr)
        throw PythonError();
}

// The code points of one str. Most are short, and need no memory of their own.
class CodePoints {
public:
    explicit CodePoints(PyObject* string) {
        if (!PyUnicode_Check(string) || PyUnicode_GetLength(string) > static_cast<Py_ssize_t>(few_.size())) {
            append_codes(string, many_);
            return;
        }
        few_used_ = static_cast<size_t>(PyUnicode_GetLength(string));
        Py_UCS4* const into = reinterpret_cast<Py_UCS4*>(few_.data());
        if (few_used_ != 0 && PyUnicode_AsUCS4(string, into, static_cast<Py_ssize_t>(few_.size()), 0) == nullptr)
            throw PythonError();
    }

    std::u32string_view view() const {
        return many_.empty() ? std::u32string_view(few_.data(), few_used_) : std::u32string_view(many_);
    }

private:
    std::array<char32_t, 128> few_;
    size_t few_used_ = 0;
    std::u32string many_;
};

inline std::string utf8(PyObject* string) {
    Py_ssize_t size = 0;
    const char* const data = PyUnicode_AsUTF8AndSize(string, &size);
    if (data == nullptr) throw PythonError();
    return {data, static_cast<size_t>(size)};
}

inline uint64_t number(PyObject* object) {
    const unsigned long long value = PyLong_AsUnsignedLongLong(object);
    if (value == static_cast<unsigned long long>(-1) && PyErr_Occurred()) throw PythonError();
    return value;
}

inline void expect_arguments(Py_ssize_t given, Py_ssize_t wanted) {
    if (given != wanted) {
        PyErr_Format(PyExc_TypeError, "expected %zd arguments, got %zd", wanted, given);
        throw PythonError();
    }
}

// An instance: the object that the C++ side of it lives in.
template <typename Held>
struct Instance {
    PyObject_HEAD
    Held* held;
};

template <typename Held>
Held& held(PyObject* self) {
    return *reinterpret_cast<Instance<Held>*>(self)->held;
}

template <typename Held>
void deallocate(PyObject* self) {
    PyTypeObject* const type = Py_TYPE(self);
    delete reinterpret_cast<Instance<Held>*>(self)->held;
    reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

template <typename Held>
PyObject* instance(PyTypeObject* type, std::unique_ptr<Held> made) {
    const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
    PyObject* const self = owned(allocate(type, 0)).release();
    reinterpret_cast<Instance<Held>*>(self)->held = made.release();
    return self;
}

inline PyCFunction method(PyObject* (*function)(PyObject*, PyObject* const*, Py_ssize_t)) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

}  // namespace sendguard
