/** Who is asking. */
import type { Role, Viewer } from "../model/viewer.ts";
import { builder } from "./builder.ts";
import { CustomerConnectionRef, CustomerRef } from "./customer.ts";
import { forwardListSize, forwardPageArgs } from "./relay.ts";
import { describedValues } from "./values.ts";

export const ViewerRef = builder.objectRef<Viewer>("Viewer");

const RoleEnum = builder.enumType("Role", {
  description: "What the viewer may see.",
  values: describedValues<Role>({
    CUSTOMER: "You see your own customer and its direct sub-customers.",
    CUSTOMER_SERVICE: "You see all customers.",
  }),
});

ViewerRef.implement({
  description: "Who is asking, as the token or API key says.",
  fields: (t) => ({
    id: t.exposeID("id", {
      nullable: false,
      description: "The subject of the token, or the name of the API key.",
    }),
    role: t.expose("role", { type: RoleEnum, nullable: false, description: "What the viewer may see." }),
    scopes: t.exposeStringList("scopes", {
      nullable: false,
      description: "The further scopes of the credential, such as `raw`.",
    }),
    customer: t.field({
      type: CustomerRef,
      description: "Your own customer; null for customer service.",
      resolve: ({ customerId }, _args, { loaders }) =>
        customerId === null ? null : loaders.customers.byKey(customerId),
    }),
    customers: t.field({
      type: CustomerConnectionRef,
      nullable: false,
      extensions: { cost: { defaultSize: 20 } },
      listSize: forwardListSize,
      description: "The customers that you may see, ordered by key.",
      args: forwardPageArgs,
      resolve: (_viewer, args, { loaders }) => loaders.customers.connection(args),
    }),
  }),
});
