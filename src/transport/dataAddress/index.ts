export { addressBytes } from './addressBytes';
export { AddressType, type DataAddress, type SocketAddress } from './model';
export { fromWireAddress, toWireAddress, typeOfAddress } from './wire';
