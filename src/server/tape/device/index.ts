export { LinuxTapeDrive, type LinuxDriveOptions } from './linuxDrive';
