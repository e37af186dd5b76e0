/** LINKTYPE_… numbers that are read. */
export const LinkType = {
  NULL: 0,
  ETHERNET: 1,
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  RAW: 101,
  LOOP: 108,
  LINUX_SLL: 113,
  IPV4: 228,
  IPV6: 229,
  LINUX_SLL2: 276,
} as const;

const NAMES: Record<number, string> = {
  0: 'BSD loopback',
  1: 'Ethernet',
  12: 'raw IP',
  14: 'raw IP',
  101: 'raw IP',
  108: 'OpenBSD loopback',
  113: 'Linux cooked v1',
  228: 'raw IPv4',
  229: 'raw IPv6',
  276: 'Linux cooked v2',
};

/** A link type in words, and whether it is read at all. */
export function linkTypeName(linkType: number): string {
  return NAMES[linkType] ?? `link type ${linkType}`;
}

export function isReadableLinkType(linkType: number): boolean {
  return linkType in NAMES;
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** A real frame has one or two VLAN tags; a hostile one can have thousands. */
const MAX_VLAN_TAGS = 8;

/**
 * Finds the IP header of a packet.
 * @returns its index in the view, or -1 when the packet holds no IP. The IP version is told from the header itself.
 */
export function ipHeaderOffset(linkType: number, view: DataView, start: number, end: number): number {
  switch (linkType) {
    case LinkType.ETHERNET:
      return end - start < 14 ? -1 : afterEtherType(view, start + 12, end);
    case LinkType.LINUX_SLL:
      return end - start < 16 ? -1 : afterEtherType(view, start + 14, end);
    case LinkType.LINUX_SLL2: {
      if (end - start < 20) return -1;
      const protocol = view.getUint16(start);
      if (protocol === ETHERTYPE_IPV4 || protocol === ETHERTYPE_IPV6) return start + 20;
      return isVlan(protocol) ? afterEtherType(view, start + 22, end) : -1;
    }
    case LinkType.NULL:
    case LinkType.LOOP:
      return end - start < 4 ? -1 : start + 4;
    case LinkType.RAW:
    case LinkType.RAW_BSD:
    case LinkType.RAW_OPENBSD:
    case LinkType.IPV4:
    case LinkType.IPV6:
      return start;
    default:
      return -1;
  }
}

function isVlan(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100 || etherType === 0x9200;
}

/** Steps over VLAN tags from the EtherType at `at`. */
function afterEtherType(view: DataView, at: number, end: number): number {
  for (let tags = 0; at + 2 <= end && tags <= MAX_VLAN_TAGS; tags++, at += 4) {
    const etherType = view.getUint16(at);
    if (etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6) return at + 2;
    if (!isVlan(etherType)) return -1;
  }
  return -1;
}
