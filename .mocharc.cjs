module.exports = {
  // chevrotain is an ES module whose parts name no entry for `require`, by which tsx loads it: loaded before tsx,
  // it is taken by Node's own loader and found again in the cache.
  'node-option': ['require=chevrotain', 'import=tsx'],
  extension: ['ts'],
  timeout: 60_000,
  'forbid-only': Boolean(process.env.CI),
};
