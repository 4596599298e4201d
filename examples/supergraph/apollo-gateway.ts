/** Apollo's gateway for Node in front of the supergraph: its data source signs what it asks InvoiceGraph. */
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { type Claims, claimsText, type RouterKey, signedHeaders } from "./sign.ts";

export interface ApolloGatewayOptions {
  readonly supergraphSdl: string;
  readonly key: RouterKey;
}

/** What Apollo Server's `context` function must give: the caller, by its verified credential. */
export interface CallerContext {
  readonly claims?: Claims;
}

/** The gateway, to be given to ApolloServer as `gateway`. */
export function createApolloGateway({ supergraphSdl, key }: ApolloGatewayOptions): ApolloGateway {
  return new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url = "" }) =>
      name === "invoices" ? new SigningDataSource(url, key) : new RemoteGraphQLDataSource({ url }),
  });
}

class SigningDataSource extends RemoteGraphQLDataSource<CallerContext> {
  constructor(url: string, key: RouterKey) {
    super({
      url,
      willSendRequest({ request, context }) {
        // Also asked without a caller, such as for a health check: unsigned, which the subgraph refuses.
        if (context.claims !== undefined)
          request.http?.headers.set("viewer-claims", claimsText(context.claims));
      },
    });
    const send = this.fetcher;
    // The data source makes the body's text after willSendRequest: here it is what will be sent.
    this.fetcher = (target, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
      const claims = headers["viewer-claims"];
      if (claims === undefined) return send(target, init);
      const { pathname } = new URL(target);
      const signed = signedHeaders({ method: "POST", path: pathname, body: String(init?.body), claims }, key);
      return send(target, { ...init, headers: { ...headers, ...signed } });
    };
  }
}
