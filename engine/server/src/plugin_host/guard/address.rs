//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Refuses every address that is not global, except in the ranges the operator allows.
#[derive(Debug, Clone, Default)]
pub struct AddressRule {
    allow_private: Vec<IpNet>,
}

/// Ranges of IPv4 that are not the public internet, and what to call them in an error.
const NOT_GLOBAL_V4: [(Ipv4Addr, u8, &str); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier-grade NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "reserved"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "reserved"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "reserved"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 3, "multicast or reserved"),
];

/// Inside `2000::/3`, the only global unicast space of IPv6, these are not the public internet.
const NOT_GLOBAL_V6: [(Ipv6Addr, u8, &str); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "reserved"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

impl AddressRule {
    pub fn new(allow_private: Vec<IpNet>) -> AddressRule {
        AddressRule { allow_private }
    }

    /// Nothing when the address may be connected to; otherwise what kind of address it is.
    pub fn refusal(&self, address: IpAddr) -> Option<&'static str> {
        let canonical = address.to_canonical();
        if self.allow_private.iter().any(|range| range.contains(&canonical) || range.contains(&address)) {
            return None;
        }
        match address {
            IpAddr::V4(v4) => not_global_v4(v4),
            IpAddr::V6(v6) => not_global_v6(v6),
        }
    }
}

fn not_global_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let range = NOT_GLOBAL_V4.iter().find(|(network, length, _)| (bits ^ network.to_bits()) >> (32 - length) == 0);
    range.map(|(_, _, name)| *name)
}

/// Everything outside `2000::/3` is refused by default: unassigned space, loopback, unique local, link-local, multicast,
/// IPv4 mapped, compatible or behind NAT64, SRv6 (`5f00::/16`) and what may be defined tomorrow.
fn not_global_v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    if bits >> 125 != 1 {
        return Some(match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
            [0, 0, 0, 0, 0, 0xffff, ..] => "IPv4-mapped",
            [0, 0, 0, 0, 0, 0, ..] => "unspecified or IPv4-compatible",
            [0x64, 0xff9b, ..] => "NAT64",
            [first, ..] if first & 0xfe00 == 0xfc00 => "unique local",
            [first, ..] if first & 0xffc0 == 0xfe80 => "link-local",
            [first, ..] if first & 0xff00 == 0xff00 => "multicast",
            _ => "reserved",
        });
    }
    let range = NOT_GLOBAL_V6.iter().find(|(network, length, _)| (bits ^ network.to_bits()) >> (128 - length) == 0);
    range.map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(address: &str) -> Option<&'static str> {
        AddressRule::default().refusal(address.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_let_through() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.216.34",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450:4001::8a",
            "2001:4860:4860::8888",
        ] {
            assert_eq!(refusal(address), None, "{address}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "e000::1",
        ];
        for address in refused {
            assert!(refusal(address).is_some(), "{address}");
        }
    }

    #[test]
    fn the_operator_may_allow_ranges() {
        let rule = AddressRule::new(vec!["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        let allowed = |address: &str| rule.refusal(address.parse().unwrap()).is_none();
        assert!(allowed("127.0.0.1") && allowed("::ffff:127.0.0.1") && allowed("fd00::1"));
        assert!(!allowed("10.0.0.1") && !allowed("::1") && !allowed("fc00::1") && !allowed("169.254.169.254"));
    }
}
