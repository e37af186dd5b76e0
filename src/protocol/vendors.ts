/** Owners of the proprietary extension classes, by the first of their four classes (NDMPv4 draft, appendix A). */
const sandboxes: ReadonlyMap<number, string> = new Map([
  [0x2000, 'Auspex'],
  [0x2010, 'Compaq'],
  [0x2020, 'Crosstor'],
  [0x2030, 'IBM/Tivoli'],
  [0x2040, 'Legato'],
  [0x2050, 'NetApp'],
  [0x2060, 'Procom'],
  [0x2070, 'Spectra Logic'],
  [0x2080, 'BlueArc'],
  [0x2090, 'Syncsort'],
  [0x20a0, 'Traakan'],
  [0x20b0, 'Veritas'],
  [0x20c0, 'Reliaty'],
  [0x20d0, 'EMC'],
  [0x20e0, 'Atempo'],
  [0x20f0, 'VA Linux'],
  [0x2100, 'BakBone'],
  [0x2110, 'CommVault'],
  [0x2120, 'Mirapoint'],
  [0x2130, 'Network Engines'],
  [0x2140, 'Quantum/ATL'],
  [0x2150, 'HP'],
  [0x2160, 'Broadband Storage'],
  [0x2170, 'Microtal'],
  [0x2180, 'Land-5'],
  [0x2190, 'Hitachi'],
  [0x21a0, 'Agile Storage'],
  [0x21b0, 'Spinnaker'],
  [0x21c0, 'Overland'],
  [0x21d0, 'Dinostor'],
]);

/** Who owns an extension class (upper 16 bits of a message or error code); undefined when nobody is known. */
export function vendorOfClass(classId: number): string | undefined {
  return (classId & 0xc) === 0 ? sandboxes.get(classId & 0xfff0) : undefined;
}

/** 'NETAPP', 'IBM_TIVOLI', 'SPECTRA_LOGIC'… for message names. */
export function vendorPrefix(vendor: string): string {
  return vendor.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** What a range of extension classes is for, in a few words (NDMPv4 draft, section 2.5 and appendix A). */
export function classPurpose(classId: number): string {
  const vendor = vendorOfClass(classId);
  if (vendor) return `proprietary extension class of ${vendor}`;
  if (classId === 0) return 'core protocol';
  if (classId <= 0x0007) return 'standard extension class';
  if (classId >= 0x2000 && classId <= 0x7fef) return 'proprietary extension class';
  if (classId >= 0x7ff0 && classId <= 0x7ffe) return 'test extension class';
  return 'reserved extension class';
}
