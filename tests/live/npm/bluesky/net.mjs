// The whole Bluesky network: directory, PDS, AppView.  Where it listens goes
// to standard output as JSON, once it does.
import { TestNetwork } from '@atproto/dev-env'
import * as net from 'node:net'

const ports = []
const free = () => new Promise((done) => {
  const server = net.createServer()
  server.listen(0, '127.0.0.1', () => {
    ports.push(server)
    done(server.address().port)
  })
})
const [pds, bsky, plc, ozone] = [await free(), await free(), await free(),
  await free()]
await Promise.all(ports.map((server) => new Promise((done) =>
  server.close(done))))

const network = await TestNetwork.create({
  dbPostgresSchema: 'smtest',
  pds: { port: pds, hostname: 'localhost', enableDidDocWithSession: true,
    rateLimitsEnabled: true },
  bsky: { port: bsky, publicUrl: `http://localhost:${bsky}` },
  plc: { port: plc },
  ozone: { port: ozone },
})
console.log(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url,
  secret: 'jwt-secret' }))
process.on('SIGTERM', () => process.exit(0))
