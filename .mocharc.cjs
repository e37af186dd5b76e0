module.exports = {
  import: 'tsx',
  extension: ['ts'],
  timeout: 20_000,
  'forbid-only': Boolean(process.env.CI),
};
