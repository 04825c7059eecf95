import { probeDevice } from '#engine/devices/probe.ts';
for (const d of process.argv.slice(2)) { const t=performance.now(); console.log(JSON.stringify(await probeDevice(d as any),null,1), performance.now()-t); }
