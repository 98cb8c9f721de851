import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { axe, noOverflow, openBrowser } from './support/browser.ts'
import { startServer } from './support/process.ts'
import { areServicesRequired, needs } from './support/require.ts'
import { smallDisk } from './support/small-disk.ts'
import { temporaryFolder } from './support/temporary.ts'
import { until } from './support/until.ts'

t.test('browser', async t => {
  if (!needs(t, 'chromium')) return
  const serve = async (t: Test, body: string) => {
    const server = createServer((request, response) => {
      if (request.url !== '/') return response.writeHead(204).end()
      response.setHeader('content-security-policy', "default-src 'self'; script-src 'self'")
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return response.end(`<!doctype html><html lang="id"><title>Kotak masuk</title>${body}`)
    }).listen(0, '127.0.0.1')
    await until(() => server.listening)
    t.teardown(() => server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  await t.test('a good page has no problems', async t => {
    const url = await serve(t, '<main><h1>Kotak masuk</h1><p>Belum ada pesan.</p></main>')
    const { page, problems } = await openBrowser(t, { viewport: { width: 390, height: 800 } })

    await page.goto(url)

    t.same(await axe(page), [])
    t.same(await noOverflow(page), [])
    t.same(problems, [])
  })

  await t.test('a bad page is found out', async t => {
    const bad =
      '<main><img src="/foto"><div class="tabel" id="lebar">.</div><script>1</script></main>'
    const url = await serve(t, bad)
    const { page, problems } = await openBrowser(t, { viewport: { width: 390, height: 800 } })

    await page.goto(url)
    await page.evaluate('document.querySelector("#lebar").style.width = "900px"')

    t.match(await axe(page), [/^image-alt: .*, at img$/])
    t.match(await noOverflow(page), [/^page is 9\d\d of 390 wide$/, 'div.tabel'])
    t.match(problems, [/Content Security Policy/])
  })
})

t.test('server process', async t => {
  await t.test('shows its token, survives SIGKILL on its folder, stops on SIGTERM', async t => {
    const server = await startServer(t)
    t.match(await server.setupToken(), /^[\w-]{32,}$/)

    await server.kill()
    t.equal(server.pid, undefined)
    await server.start()

    t.equal((await fetch(`${server.url}/healthz`)).status, 200)
    t.equal(await server.stop(), 0)
    t.same(server.stderr, [], 'without a warning')
  })

  await t.test('tells why it did not start', async t => {
    const entry = join(temporaryFolder(t), 'server.mjs')
    writeFileSync(entry, "throw new Error('no disk')")

    await t.rejects(startServer(t, { entry }), /no disk/)
  })
})

t.test('a small disk fills up and grows', async t => {
  if (!needs(t, 'tmpfs')) return
  const disk = smallDisk(t, 1)
  const fill = () => writeFileSync(join(disk.folder, 'blob'), Buffer.alloc(2 ** 21))

  t.throws(fill, { code: 'ENOSPC' })
  disk.resize(4)
  t.doesNotThrow(fill)
})

t.test('until gives up with the name of what never came', async t => {
  let asked = 0

  t.equal(await until(() => ++asked === 3 && 'ketemu', { everyMs: 1 }), 'ketemu')
  await t.rejects(
    until(() => false, { deadlineMs: 5, everyMs: 1, what: 'a reply' }),
    /a reply/
  )
})

t.test('services are required in CI only', async t => {
  t.equal(areServicesRequired({ CI: 'true' }), true)
  t.equal(areServicesRequired({ SAPA_REQUIRE_SERVICES: '1' }), true)
  t.equal(areServicesRequired({}), false)
})
