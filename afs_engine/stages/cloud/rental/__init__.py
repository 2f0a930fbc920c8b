"""The life of a rental: intent, one create, adopt or destroy, use, destroyed and proven gone."""
