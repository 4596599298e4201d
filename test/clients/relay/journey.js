/** What a Relay application would say; relay-compiler reads it, nothing runs it. */
import { graphql } from "relay-runtime";

export const list = graphql`
  query journeyListQuery($count: Int!, $after: String) {
    viewer {
      customer {
        id
        ...journey_customer @arguments(count: $count, after: $after)
      }
    }
  }
`;

export const customer = graphql`
  fragment journey_customer on Customer
  @refetchable(queryName: "journeyPageQuery")
  @argumentDefinitions(count: { type: "Int!" }, after: { type: "String" }) {
    name
    invoices(first: $count, after: $after) @connection(key: "journey_customer_invoices") {
      isComplete
      edges {
        node {
          id
          number
          totalAmount
          currency
        }
      }
    }
  }
`;

export const node = graphql`
  query journeyInvoiceQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Invoice {
        number
      }
      ... on Customer {
        name
      }
    }
  }
`;

export const settings = graphql`
  query journeySettingsQuery {
    viewer {
      customer {
        name
        settings {
          paysInvoiceFee
          paymentTerms {
            name
          }
        }
      }
    }
  }
`;

export const download = graphql`
  mutation journeyDownloadMutation($input: DownloadInvoicesInput!) {
    downloadInvoices(input: $input) {
      status
      files {
        url
        size
        sha256
        contentType
      }
      failures {
        code
      }
    }
  }
`;
