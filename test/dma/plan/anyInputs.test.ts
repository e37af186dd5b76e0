import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWithin } from '../../../src/dma/plan/addresses';
import type { BackupPlan, PlanInputs, SourcePlan } from '../../../src/dma/plan/model';
import { planBackup } from '../../../src/dma/plan/plan';
import { DAY, NOW, chain, choice, drive, fileSystem, planInputs, report, set } from '../../support/planInputs';

const PATHS = ['/vol/vol1', '/vol/vol2', '/vol/vol1/below'];
const affinity = fc.constantFrom(undefined, 'A', 'B');
const types = fc.subarray(['LOCAL', 'TCP', 'TCP_IPV6']);
const version = fc.constantFrom(2 as const, 3 as const, 4 as const);
const addresses = fc.constantFrom('192.0.2.10', '127.0.0.1', '2001:db8::10', '::1', '10.0.0.1');

const server = (name: string) =>
  fc
    .record({
      version,
      address: addresses,
      connectionTypes: types,
      product: fc.constantFrom('Filer', 'NDMJOB', 'ONTAP', '\u001b[2Jodd'),
      extensions: fc.constantFrom([], [{ class: 0x2052, versions: [1] }], [{ class: 0x2052, versions: [9] }]),
      volumes: fc.array(affinity, { maxLength: 2 }),
      attributes: fc.subarray(['BACKUP_DIRECT', 'BACKUP_INCREMENTAL', 'BACKUP_FH_DIR', 'NO_BACKUP_FHINFO']),
      hasTapes: fc.boolean(),
    })
    .map(({ volumes, attributes, hasTapes, ...more }) =>
      report({
        ...more,
        server: name,
        identity: `${name}@host`,
        fileSystems: volumes.map((value, at) => fileSystem(PATHS[at], value)),
        backupTypes: [{ name: 'dump', attributes, defaults: [] }],
        tapes: hasTapes ? report().tapes : [],
      }),
    );

const sets = fc
  .array(
    fc.record({
      path: fc.constantFrom(...PATHS),
      level: fc.integer({ min: 0, max: 9 }),
      base: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
      days: fc.integer({ min: 1, max: 50 }),
      state: fc.constantFrom('complete' as const, 'complete' as const, 'partial' as const),
      expires: fc.constantFrom(undefined, NOW - 1, NOW + DAY),
      dated: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ days, dated, ...more }, at) =>
      set(at + 1, {
        ...more,
        started: NOW - days * DAY,
        serverIdentity: 'filer1@host',
        environment: dated ? [{ name: 'DUMP_DATE', value: `d${at}` }] : [],
      }),
    ),
  );

/** As runs leave them. */
const chains = fc.integer({ min: 1, max: 11 }).map((count) => chain(count, { serverIdentity: 'filer1@host' }));

const job = fc.record({
  sources: fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1 }),
  topology: fc.constantFrom('auto', 'auto', 'local', 'three-way', 'indirect'),
  listen: fc.constantFrom('auto', 'mover', 'data'),
  family: fc.constantFrom('auto', 4, 6),
  level: fc.constantFrom('auto', 'auto', 0, 1, 5),
  parallel: fc.integer({ min: 1, max: 4 }),
  policy: fc.record({
    restorePoints: fc.integer({ min: 1, max: 12 }),
    incremental: fc.constantFrom('level', 'date'),
  }),
});

const inputs: fc.Arbitrary<PlanInputs> = fc
  .record({
    job,
    data: server('filer1'),
    tape: fc.option(server('tape1'), { nil: undefined }),
    own: fc.boolean(),
    drives: fc.array(fc.record({ affinity, unusable: fc.constantFrom(undefined, undefined, 'It is broken.') }), {
      maxLength: 3,
    }),
    tapes: fc.array(fc.constantFrom(undefined, 'It is full.'), { maxLength: 3 }),
    sets: fc.oneof(sets, chains),
    lost: fc.oneof(fc.constant<number[]>([]), fc.subarray([1, 2, 3])),
    wish: fc.constantFrom({}, {}, { full: true }, { level: 3 }),
    owner: fc.constantFrom(undefined, undefined, undefined, 'nightly', 'other'),
    networks: fc.constantFrom<string[]>([], ['10.9.0.0/16'], ['2001:db8:9::/48']),
    ownAddresses: fc.subarray(['192.0.2.1', '2001:db8::1']),
  })
  .map(({ job: text, data, tape, own, drives, tapes, sets: all, lost, owner, networks, ...more }) =>
    planInputs({
      ...more,
      job: text,
      data,
      ...(tape ? { tape } : {}),
      dataDefinition: { dataNetworks: networks },
      tapeDefinition: { thisMachine: own && tape ? { library: '/lib', devices: [] } : undefined },
      drives: drives.map((each, at) => drive({ ...each, device: `nst${at}`, server: (tape ?? data).server })),
      tapes: tapes.map((refusal, at) => choice(`T${at}`, { refusal })),
      sets: all.filter(({ state }) => state === 'complete'),
      failed: all.filter(({ state }) => state !== 'complete'),
      lost: new Set(lost),
      owners: new Map(owner === undefined ? [] : [[PATHS[0], owner]]),
    }),
  );

describe('a plan of any inputs', () => {
  const always = (name: string, check: (plan: BackupPlan, from: PlanInputs) => void) =>
    it(name, () =>
      fc.assert(
        fc.property(inputs, (from) => check(planBackup(from), from)),
        { numRuns: 800 },
      ),
    );
  const eachSource = (name: string, check: (source: SourcePlan, from: PlanInputs, plan: BackupPlan) => void) =>
    always(name, (plan, from) => plan.sources.forEach((source) => check(source, from, plan)));

  it('can often be run, so that these tests look at something', () => {
    const plans = fc.sample(inputs, { numRuns: 1500, seed: 11 }).map(planBackup);
    const ways = new Set(plans.flatMap(({ sources }) => sources.map(({ path, through }) => through ?? path)));
    assert.deepEqual([...ways].sort(), ['local', 'own-drive', 'relay', 'three-way']);
    const increments = plans.filter(({ sources }) => sources.some(({ level }) => level > 0));
    assert.ok(increments.length > 5, `${increments.length}`);
  });

  always('can be run or says why not, never both and never neither', (plan, { job: asked }) => {
    const runs = plan.refusals.length === 0;
    assert.equal(plan.sources.length, runs ? asked.sources.length : 0);
    assert.equal(plan.steps.length > 0, runs);
    assert.deepEqual(
      plan.sources.map(({ source }) => source),
      runs ? asked.sources : [],
    );
  });

  always('is the same for the same inputs', (plan, from) => assert.deepEqual(planBackup(from), plan));

  always('says nothing that a terminal would act on', (plan) => {
    const said = [...plan.refusals, ...plan.warnings, ...plan.steps.flatMap(({ what, why }) => [what, why])];
    const decided = [plan, ...plan.sources].flatMap(({ decisions }) => decisions);
    for (const text of [...said, ...decided.flatMap(({ choice: chosen, why }) => [chosen, why])]) {
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f]/);
      assert.doesNotMatch(text, /undefined|\[object/);
    }
  });

  eachSource('has drives that may be used', ({ drives, path }, from) => {
    assert.ok(drives.length > 0);
    for (const each of drives) {
      assert.ok(from.drives.includes(each) && each.unusable === undefined);
      if (path === 'local') assert.equal(each.server, from.data.server);
    }
  });

  eachSource('is local only where nothing speaks against it', ({ path, source, drives, addressType }, from) => {
    assert.equal(path === 'local', addressType === 'LOCAL');
    if (path !== 'local') return;
    assert.equal(from.data, from.tape);
    const volume = from.data.fileSystems.filter(({ name }) => source.path.startsWith(name)).at(-1)?.affinity;
    for (const each of drives)
      assert.ok(volume === undefined || each.affinity === undefined || volume === each.affinity);
  });

  eachSource('has a data connection that both sides can make', (source, { data, tape, job: asked }) => {
    const { path, listener, addressType, relay } = source;
    const canDo = (side: typeof data, type: string) => {
      assert.ok(side.connectionTypes.includes(type) || (side.connectionTypes.length === 0 && type === 'TCP'));
      assert.ok(type !== 'TCP_IPV6' || side.version === 4);
    };
    canDo(data, path === 'local' && data.connectionTypes.length === 0 ? 'TCP' : addressType);
    if (asked.family !== 'auto' && path !== 'local') assert.equal(addressType === 'TCP_IPV6', asked.family === 6);
    if (path === 'three-way') {
      canDo(tape, addressType);
      assert.notEqual(listener, 'this-machine');
      if (asked.listen !== 'auto') assert.equal(listener, asked.listen);
    }
    if (listener === 'data' || relay?.data === 'listens') assert.ok(data.version > 2 && !/ndmjob/i.test(data.product));
    if (listener === 'data' || relay?.mover === 'connects') assert.ok(tape.version > 2);
    if (relay) canDo(tape, relay.moverAddressType);
  });

  eachSource('keeps to the topology of the job', ({ path, through, relay, listener }, { job: asked, definitions }) => {
    if (asked.topology !== 'auto') assert.equal(path, asked.topology);
    assert.equal(path === 'indirect', listener === 'this-machine');
    assert.equal(through === 'own-drive', path === 'indirect' && definitions.tape.thisMachine !== undefined);
    assert.equal(through === 'relay', relay !== undefined);
  });

  eachSource('builds on a whole chain of the same source, no longer than the policy', (source, from) => {
    const { level, base, chain } = source;
    assert.equal(level === 0, base === undefined);
    assert.equal(chain.at(-1), base?.id);
    if (base === undefined) return;
    assert.ok(from.job.policy.incremental === 'date' || base.level < level);
    assert.ok(from.wish.full !== true);
    const found = chain.map((id) => from.sets.find((each) => each.id === id));
    found.forEach((each, at) => {
      assert.ok(each && each.path === source.source.path && !from.lost.has(each.id));
      assert.equal(each.base, at === 0 ? undefined : chain[at - 1]);
      assert.ok(each.expires === undefined || each.expires > NOW);
    });
    if (from.job.level === 'auto' && from.wish.level === undefined)
      assert.ok(chain.length < from.job.policy.restorePoints);
  });

  eachSource('sends every variable once', ({ environment, source, level, base }, { job: asked }) => {
    const names = environment.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const value = (name: string) => environment.find((each) => each.name === name)?.value;
    assert.equal(value('FILESYSTEM'), source.path);
    if (asked.policy.incremental === 'level') assert.equal(value('LEVEL') ?? '0', String(level));
    else if (base) assert.equal(value('BASE_DATE'), base.environment[0].value);
  });

  always('lists every connection, and where it may go', ({ sources, connections }) => {
    const data = connections.filter(({ purpose }) => purpose === 'data');
    assert.equal(
      data.length > 0,
      sources.some(({ path }) => path !== 'local'),
    );
    for (const { addresses: to, fromAddresses, from, to: target } of data) {
      assert.ok(to.length > 0 && fromAddresses.length > 0, `${from} > ${target}`);
      assert.ok([...to, ...fromAddresses].every((each) => isWithin(each.split('/')[0], [each])));
    }
  });

  eachSource('takes its steps in the order of the protocol', (source, { tape }, { steps, sources }) => {
    const own = steps.filter((each) => each.source === sources.indexOf(source)).map(({ id }) => id);
    const before = (first: string, second: string) => {
      if (own.includes(first) && own.includes(second)) assert.ok(own.indexOf(first) < own.indexOf(second));
    };
    const order = ['mount', 'check-label', 'end-of-data', 'header', 'record-size', 'window', 'start', 'watch', 'stop'];
    order.slice(1).forEach((id, at) => before(order[at], id));
    for (const id of ['mover-listen', 'mover-connect', 'data-listen', 'data-connect']) {
      before('prepare', id);
      before(id, 'start');
    }
    before('mover-listen', 'data-connect');
    if (tape.version === 4) before('window', 'mover-listen');
    else before('mover-listen', 'window');
    before('environment', 'stop');
    assert.ok(['trailer', 'unload'].every((id) => own.includes(id)));
    assert.equal(own.includes('prepare'), source.prepare);
  });
});
