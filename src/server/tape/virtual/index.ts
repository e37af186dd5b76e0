export { CLEANINGS, createCartridge, openCartridge } from './cartridge';
export type { Cartridge, CartridgeKind, CartridgeOptions, CartridgeUsage } from './cartridge';
export { VirtualDrive, type VirtualDriveOptions } from './virtualDrive';
