module.exports = require('graphql-yoga');
