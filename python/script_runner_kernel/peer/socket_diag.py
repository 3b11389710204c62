"""Asks the system about one TCP socket of this machine over netlink: who made it, and in which control group.

Source: https://man7.org/linux/man-pages/man7/sock_diag.7.html and linux/inet_diag.h, linux/rtnetlink.h.
"""

import socket
import struct

NETLINK_ROUTE, NETLINK_SOCK_DIAG = 0, 4
SOCK_DIAG_BY_FAMILY, RTM_GETROUTE, NLMSG_ERROR, NLM_F_REQUEST = 20, 26, 2, 1
INET_DIAG_CGROUP_ID, RTA_DST, RTA_OIF, RTN_LOCAL = 21, 1, 4, 2
TCP_TIME_WAIT, TCP_LISTEN, TCP_NEW_SYN_RECV = 6, 10, 12
ANY = 0xFFFFFFFF
HEADER, RECORD_BYTES = 16, 72
MAPPED = b"\0" * 10 + b"\xff\xff"


class Socket:
    """inode: 0 if no process holds it any more. group: id of the control group (version 2) in which it was made, or
    None."""

    def __init__(self, uid, inode, group):
        self.uid, self.inode, self.group = uid, inode, group


def packed(address):
    """(family, bytes) of an address as text; an IPv4 address inside IPv6 is IPv4."""
    if ":" not in address:
        return socket.AF_INET, socket.inet_aton(address)
    data = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    return (socket.AF_INET, data[12:]) if data.startswith(MAPPED) else (socket.AF_INET6, data)


def interface(address):
    """The number of the interface in a link-local address, as in fe80::1%eth0; 0: none."""
    name = address.partition("%")[2]
    if not name:
        return 0
    return int(name) if name.isdigit() else socket.if_nametoindex(name)


def attributes(data, offset):
    """Type -> bytes of the attributes that follow a record."""
    found = {}
    while offset + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, offset)
        if size < 4:
            break
        found[kind] = data[offset + 4 : offset + size]
        offset += (size + 3) & ~3
    return found


class SocketDiag:
    def __init__(self):
        self.sockets = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
        self.routes = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
        self.sequence = 0

    def ask(self, link, kind, body):
        """The answer with its header, or the error number."""
        self.sequence = (self.sequence + 1) & ANY
        link.send(struct.pack("=IHHII", HEADER + len(body), kind, NLM_F_REQUEST, self.sequence, 0) + body)
        while True:
            data = link.recv(65536)
            _, answer, _, sequence, _ = struct.unpack_from("=IHHII", data)
            if sequence != self.sequence:
                continue  # the late answer to a question that was given up
            return -struct.unpack_from("=i", data, HEADER)[0] if answer == NLMSG_ERROR else data

    def find(self, own, other):
        """The socket with these two ends, (address, port) each; None if this machine has none."""
        named = interface(own[0])
        found = self.find_at(own, other, named)
        if found or named or not self.is_local(own[0]):
            return found
        # A socket bound to an interface is found only by its number.
        for number, _ in socket.if_nameindex():
            found = found or self.find_at(own, other, number)
        return found

    def find_at(self, own, other, number):
        family, address = packed(own[0])
        _, peer = packed(other[0])
        ends = struct.pack(">HH", own[1], other[1]) + address.ljust(16, b"\0") + peer.ljust(16, b"\0")
        # Whatever its cookie.
        question = (
            struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 0, 0, ANY) + ends + struct.pack("=III", number, ANY, ANY)
        )
        data = self.ask(self.sockets, SOCK_DIAG_BY_FAMILY, question)
        if isinstance(data, int):
            return None
        state = data[HEADER + 1]
        ports = struct.unpack_from(">HH", data, HEADER + 4)
        if ports != (own[1], other[1]) or state in (TCP_LISTEN, TCP_TIME_WAIT, TCP_NEW_SYN_RECV):
            return None  # what else waits at that port, or what is left of a socket
        uid, inode = struct.unpack_from("=II", data, HEADER + RECORD_BYTES - 8)
        group = attributes(data, HEADER + RECORD_BYTES).get(INET_DIAG_CGROUP_ID)
        return Socket(uid, inode, None if group is None else struct.unpack("=Q", group)[0])

    def is_local(self, address):
        """Whether packets to the address stay on this machine. True if unknown."""
        family, data = packed(address)
        route = struct.pack("=BBBBBBBBI", family, 8 * len(data), 0, 0, 0, 0, 0, 0, 0)
        route += struct.pack("=HH", 4 + len(data), RTA_DST) + data
        if interface(address):
            route += struct.pack("=HHI", 8, RTA_OIF, interface(address))
        answer = self.ask(self.routes, RTM_GETROUTE, route)
        # No route there (ENETUNREACH) means no route back either.
        return True if isinstance(answer, int) else answer[HEADER + 7] == RTN_LOCAL
