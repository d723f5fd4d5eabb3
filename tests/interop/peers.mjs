// jose and jsonwebtoken for interop.py: one request in JSON a line on standard input, one answer a line on standard
// output. A key is {pem}, {jwk} or {text}, for the algorithm of the request.
import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

import * as jose from 'jose'
import jsonwebtoken from 'jsonwebtoken'

const bytes = (text) => new TextEncoder().encode(text)

function joseKey({ pem, jwk, text }, alg) {
  if (jwk) return jose.importJWK(jwk, alg)
  if (text) return bytes(text)
  return pem.includes('PRIVATE') ? jose.importPKCS8(pem, alg) : jose.importSPKI(pem, alg)
}

function nodeKey({ pem, jwk, text }) {
  if (text) return createSecretKey(bytes(text))
  if (jwk?.kty === 'oct') return createSecretKey(Buffer.from(jwk.k, 'base64url'))
  const input = jwk ? { key: jwk, format: 'jwk' } : pem
  return jwk?.d || pem?.includes('PRIVATE') ? createPrivateKey(input) : createPublicKey(input)
}

async function newKey({ alg, crv }) {
  if (alg.startsWith('HS')) return jose.exportJWK(await jose.generateSecret(alg, { extractable: true }))
  const pair = await jose.generateKeyPair(alg, { crv, modulusLength: 2048, extractable: true })
  return jose.exportJWK(pair.privateKey)
}

const version = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version

const actions = {
  versions: () => ({ jose: version('jose'), jsonwebtoken: version('jsonwebtoken'), node: process.versions.node }),
  'jose.sign': async ({ alg, kid, key, claims }) =>
    new jose.SignJWT(claims).setProtectedHeader(kid ? { alg, kid } : { alg }).sign(await joseKey(key, alg)),
  'jose.verify': async ({ alg, key, token }) =>
    (await jose.jwtVerify(token, await joseKey(key, alg), { algorithms: [alg] })).payload,
  'jose.new_key': newKey,
  'jose.thumbprint': ({ jwk }) => jose.calculateJwkThumbprint(jwk),
  'jose.verify_by_set': async ({ jwks, token }) =>
    (await jose.jwtVerify(token, jose.createLocalJWKSet(jwks))).payload,
  'jsonwebtoken.sign': ({ alg, key, claims }) => 
    jsonwebtoken.sign(claims, nodeKey(key), { algorithm: alg, noTimestamp: true }),
  'jsonwebtoken.verify': ({ alg, key, token }) => jsonwebtoken.verify(token, nodeKey(key), { algorithms: [alg] }),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { action, ...request } = JSON.parse(line)
  let answer
  try {
    answer = { value: await actions[action](request) }
  } catch (error) {
    answer = { error: String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
