"""Connects to the server on `port` and asks what it takes this client for."""

import ctypes, os, select, socket, subprocess, sys, threading

libc = ctypes.CDLL(None, use_errno=True)


def link():
    link = socket.create_connection(("127.0.0.1", port), timeout=20)
    link.sendall(b"x")
    return link


def ask():
    return link().recv(20).decode()
