import { joined, type FieldReader } from './fields';

/** Where a data connection goes: 'local', '192.0.2.10:40001', '[2001:db8::1]:40001', with the number of alternatives. */
export function addressText(fields: FieldReader, name: string): string {
  const address = fields.inner(name);
  if (!address) return '';
  switch (address.text('type')) {
    case 'LOCAL':
      return 'local';
    case 'TCP':
      return address.count('tcp_addr') > 0 ? listText(address, 'tcp_addr') : endpoint(address);
    case 'TCP_IPV6':
      return listText(address, 'tcp6_addr');
    default:
      return address.text('type');
  }
}

function listText(address: FieldReader, list: string): string {
  const first = address.element(list, 0);
  const others = address.count(list) - 1;
  return joined(' ', first && endpoint(first), others > 0 && `and ${others} more`);
}

function endpoint(address: FieldReader): string {
  const port = address.number('port');
  const ipv6 = address.text('ipv6_addr');
  return port === undefined ? '' : `${ipv6 ? `[${ipv6}]` : address.text('ip_addr')}:${port}`;
}
