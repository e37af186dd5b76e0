import type { SenseKnowledge } from './model';

const SPC = 'SCSI Primary Commands, sense keys and additional sense codes';

function sense(key: number, id: string, cause: string, change: string, asc?: number, ascq?: number): SenseKnowledge {
  return { id: `sense-${id}`, vendor: 'SCSI', key, asc, ascq, cause, change, source: SPC };
}

/** SCSI sense data of drives and changers; entries with a code stand before those for the key alone. */
export const senseKnowledge: readonly SenseKnowledge[] = [
  sense(2, 'becoming-ready', 'The device is getting ready.', 'Wait and try again.', 0x04, 0x01),
  sense(2, 'no-medium', 'There is no medium in it.', 'Load one.', 0x3a),
  sense(2, 'not-ready', 'The device is not ready.', 'Wait and try again; look at the device when it lasts.'),
  sense(3, 'medium', 'The medium is damaged or cannot be read here.', 'Try another tape, then another drive.'),
  sense(4, 'hardware', 'The device has a fault.', 'Look at the device and its own log.'),
  sense(
    5,
    'bad-element',
    'There is no element (slot, drive, transport) of this address.',
    'Read the addresses from MODE SENSE page 0x1D or READ ELEMENT STATUS.',
    0x21,
    0x01,
  ),
  sense(
    5,
    'destination-full',
    'There is already a medium where this one should go.',
    'Read the inventory again (READ ELEMENT STATUS) and choose an empty place.',
    0x3b,
    0x0d,
  ),
  sense(
    5,
    'source-empty',
    'There is no medium where one should be taken from.',
    'Read the inventory again (READ ELEMENT STATUS) and choose a full place.',
    0x3b,
    0x0e,
  ),
  sense(5, 'unsupported', 'The device does not know this command.', 'Leave it out.', 0x20, 0x00),
  sense(5, 'bad-field', 'The device does not take an argument of the command.', 'Try without volume tags.', 0x24, 0x00),
  sense(
    5,
    'illegal-request',
    'The device does not take this command as it is.',
    'Compare it with the device’s manual.',
  ),
  sense(
    6,
    'medium-changed',
    'The medium may have been changed since.',
    'Send the command again, and read the inventory again.',
    0x28,
  ),
  sense(
    6,
    'reset',
    'The device was reset or switched on.',
    'Send the command again, and read the inventory again.',
    0x29,
  ),
  sense(6, 'attention', 'Something changed at the device.', 'Send the command again, and read the inventory again.'),
  sense(7, 'protected', 'The medium is write-protected.', 'Take the protection off, or use another tape.'),
  sense(8, 'blank', 'The tape is blank from here on.', 'Check that it is the right tape.'),
  sense(
    0xb,
    'aborted',
    'The device broke the command off.',
    'Send it again; look at cabling and device when it lasts.',
  ),
];
