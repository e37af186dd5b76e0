const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Wed Dec 21 2016 10:10:32 +00:00 `, the beginning of each line; times are UTC. */
export function stampOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = `${WEEKDAYS[date.getUTCDay()]} ${monthAndDay(date)} ${date.getUTCFullYear()}`;
  return `${day} ${date.toISOString().slice(11, 19)} +00:00 `;
}

/** `Wed Dec 21 2016 10:10:32 GMT `, as lines of the connection log begin. */
export function gmtStampOf(milliseconds: number): string {
  return stampOf(milliseconds).replace('+00:00', 'GMT');
}

function monthAndDay(date: Date): string {
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, '0')}`;
}
